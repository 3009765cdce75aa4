export interface Config {
  /**
   * The demo world: local Git repositories instead of a Git server. Off where
   * it is absent.
   */
  meshAuthDemo?: {
    /**
     * Lets the catalog follow the local repositories and offers the action
     * `publish:local-git`. Default: false.
     */
    enabled?: boolean;
    /**
     * Folder for what the demo writes. Relative paths start at the working
     * directory of the backend.
     */
    directory: string;
    /**
     * Realm export to which the clients of the local repositories are added.
     * The result stands in `realm/` of the directory, under the same file name.
     */
    realmExport?: string;
  };
}
