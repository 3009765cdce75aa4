export interface Config {
  meshAuth?: {
    /**
     * What templates may write: which hosts, gateways and realms exist, and
     * what a service may ask for.
     */
    scaffolder?: {
      /** The first one is used where a template names none. */
      gateways?: Array<{
        /** How templates name this gateway. */
        id: string;
        /**
         * `istio`: a `networking.istio.io` Gateway, for VirtualServices.
         * `gatewayApi`: a `gateway.networking.k8s.io` Gateway, for HTTPRoutes.
         */
        kind: 'istio' | 'gatewayApi';
        namespace: string;
        /** Name of the Gateway object. */
        name: string;
        /** Listener to attach HTTPRoutes to. Default: every listener that fits. */
        listener?: string;
        /**
         * Service account of the gateway's pods. With it, the rules for
         * callers from outside hold for no other workload of the mesh.
         */
        serviceAccount?: {
          /** Default: the gateway's namespace. */
          namespace?: string;
          name: string;
        };
        /** The login wall of this gateway. Absent: it has none. */
        loginWall?: {
          /**
           * `platform`: the platform's own CUSTOM policy puts every host
           * behind the wall. `service`: each service brings a CUSTOM policy
           * for its own host.
           */
          coverage: 'platform' | 'service';
          /**
           * Hosts that the platform's policy leaves out; `*.api.example.com`
           * stands for every host below.
           */
          exceptHosts?: string[];
          /** Paths that the platform's policy leaves out on every host. */
          exceptPaths?: string[];
          /** Name in the mesh configuration's `extensionProviders`. */
          provider: string;
          /**
           * Header that carries the access token behind the wall. Default:
           * x-auth-request-access-token.
           */
          tokenHeader?: string;
          /** Client id under which the wall logs people in. */
          loginClient: string;
          /** The Service of the authoriser, to which `/oauth2` is routed. */
          service: { namespace: string; name: string; port: number };
          /** Labels of the gateway's pods; needed for `istio` with `service`. */
          gatewayLabels?: { [label: string]: string };
        };
      }>;
      /** Hosts that templates may use; all others are refused. */
      hosts?: Array<{
        /** One host that several services share, each with a path of its own. */
        host?: string;
        /** A domain in which each service may have a host of its own. */
        domain?: string;
      }>;
      /** Realms that may issue tokens for services; all others are refused. */
      realms?: Array<{
        /** Name of the realm. */
        name: string;
        /**
         * Name of the Keycloak instance in `meshAuth.keycloak`, for the
         * entity's annotation.
         */
        instance?: string;
        /** Exactly the `iss` of the realm's tokens. */
        issuer: string;
        /** Where the mesh fetches the signing keys. */
        jwksUri: string;
        /** The operator's object for this realm. Default: ClusterKeycloakRealm with the realm's name. */
        reference?: {
          kind: 'ClusterKeycloakRealm' | 'KeycloakRealm';
          name: string;
        };
      }>;
      /**
       * How Keycloak clients are written. Default: edp.
       *
       * `edp`: KeycloakClient of the EDP operator. `keycloak-operator`:
       * KeycloakOIDCClient of the official operator, which cannot say
       * composites, audiences and PKCE. `keycloak-config-cli`: a fragment of
       * the realm.
       */
      clientFormat?: 'edp' | 'keycloak-operator' | 'keycloak-config-cli';
      /** What service accounts may ask for, beside roles of their own client. */
      serviceAccounts?: {
        /** `clientId/role`, or `clientId/*` for all roles of a client. */
        clientRoles?: string[];
        realmRoles?: string[];
      };
      /** Namespaces that no template may write to, beside those of Kubernetes and Istio. */
      reservedNamespaces?: string[];
      /**
       * Public certificate of the sealed-secrets controller, for client
       * secrets that travel through the repository.
       */
      sealedSecrets?: {
        /** PEM file. */
        certificateFile: string;
      };
      /** Where Argo CD runs. Absent: no Application is written. */
      argocd?: {
        /** Default: argocd. */
        namespace?: string;
        /** Default: default. */
        project?: string;
        /** Default: https://kubernetes.default.svc. */
        server?: string;
        /** Default: main. */
        targetRevision?: string;
      };
      /** Registry and path of container images, for example `registry.example.com/shop`. */
      imageRepository?: string;
    };
  };
}
