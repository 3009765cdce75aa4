import { HumanDuration } from '@backstage/types';

export interface Config {
  meshAuth?: {
    /**
     * Folders of manifests, each read as a cluster of its own.
     */
    folders?: Array<{
      /**
       * Name of the cluster that the manifests describe, as the annotation
       * `backstage.io/kubernetes-cluster` gives it.
       */
      id: string;
      /** Name for people. Default: the id. */
      title?: string;
      /**
       * Folders, files or globs (`repositories/{a,b}/deploy`), relative to the
       * working directory of the backend. A folder stands for all manifests
       * below it.
       */
      paths: string[];
      /** Look for changes by polling, for network mounts without file events. */
      polling?: boolean;
    }>;
    /**
     * Clusters of the Kubernetes plugin to read; its configuration holds their
     * addresses and credentials. Default: all of them. An empty list turns
     * clusters off.
     */
    clusters?: Array<{
      /** Name of the cluster in the Kubernetes plugin. */
      name: string;
      /** Name for people. Default: the name. */
      title?: string;
      /** The ConfigMap with the mesh configuration. */
      meshConfigMap?: {
        /** Root namespace of the mesh. Default: istio-system. */
        namespace?: string;
        /** Default: istio; `istio-REVISION` for a revision. */
        name?: string;
      };
    }>;
    keycloak?: {
      /**
       * Keycloak servers whose realms are read through the Admin API.
       */
      instances?: Array<{
        /**
         * Short name, as it stands in the annotation
         * `mesh-auth.io/keycloak-client: [instance/]realm/clientId`.
         */
        name: string;
        /**
         * Address of the server with its path, for example
         * `https://sso.example.com/auth`. It must be https, unless its host is
         * a loopback address or `dangerouslyAllowInsecureHttp` is set.
         */
        baseUrl: string;
        /** Realms to read. */
        realms: string[];
        /**
         * Client whose service account reads the realms. It needs the roles
         * `view-clients`, `view-users` and `view-realm` of `realm-management`
         * and nothing else; without `view-users` no holder is read.
         */
        clientId: string;
        /** @visibility secret */
        clientSecret: string;
        /**
         * Realm that issues the token, where it is not the realm that is read
         * (for example `master`).
         */
        authRealm?: string;
        /** PEM file of the authority that signed the server's certificate. */
        caFile?: string;
        /** Lets the token and the answers travel without TLS. */
        dangerouslyAllowInsecureHttp?: boolean;
        /** Time that one request may take. Default: 10 seconds. */
        timeout?: string | HumanDuration;
        /** Time between two complete readings of a realm. Default: 5 minutes. */
        schedule?: string | HumanDuration;
      }>;
      /**
       * Realm exports as files, with the same rank as a realm that is read
       * live.
       */
      exports?: Array<{
        /** Instance name that annotations use for this realm. */
        instance: string;
        realm: string;
        /** Path of the JSON file, relative to the working directory. */
        file: string;
      }>;
    };
  };
}
