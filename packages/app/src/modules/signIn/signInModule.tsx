import { createFrontendModule } from '@backstage/frontend-plugin-api';
import { SignInPageBlueprint } from '@backstage/plugin-app-react';
import { z } from 'zod';

const signInPage = SignInPageBlueprint.makeWithOverrides({
  configSchema: {
    /** Id of an auth provider that trusts a proxy in front of Backstage, such as `oauth2Proxy`. */
    proxyProvider: z.string().optional(),
  },
  factory(originalFactory, { config }) {
    return originalFactory({
      loader: async () => {
        const { ProxiedSignInPage, SignInPage } = await import(
          '@backstage/core-components'
        );
        const { proxyProvider } = config;
        return proxyProvider
          ? props => <ProxiedSignInPage {...props} provider={proxyProvider} />
          : props => <SignInPage {...props} providers={['guest']} />;
      },
    });
  },
});

/** Sign-in as guest, or by the headers of the proxy that the configuration names. */
export const signInModule = createFrontendModule({
  pluginId: 'app',
  extensions: [signInPage],
});
