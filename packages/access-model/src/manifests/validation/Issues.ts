/** One complaint about one object. @internal */
export interface Issue {
  severity: 'error' | 'warning';
  path?: string;
  message: string;
}

/** Collects complaints about one object. @internal */
export class Issues {
  readonly list: Issue[] = [];

  error(path: string, message: string) {
    this.list.push({ severity: 'error', path, message });
  }

  warning(path: string, message: string) {
    this.list.push({ severity: 'warning', path, message });
  }
}
