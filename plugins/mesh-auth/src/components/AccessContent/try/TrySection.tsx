import { getCompoundEntityRef } from '@backstage/catalog-model';
import { useApi } from '@backstage/frontend-plugin-api';
import { useEntity } from '@backstage/plugin-catalog-react';
import { Flex } from '@backstage/ui';
import { EntityAccess } from '@mesh-auth/plugin-mesh-auth-common';
import { useEffect, useState } from 'react';
import useAsyncFn from 'react-use/esm/useAsyncFn';
import { meshAuthApiRef } from '../../../api';
import { AccessLinks } from '../../../hooks/useAccessLinks';
import { AccessError } from '../../shared/AccessError';
import { splitRedirects } from '../../shared/answer';
import { TryAnswer } from './TryAnswer';
import { TryFormFields } from './TryFormFields';
import {
  formFromSearch,
  questionOfForm,
  searchOfForm,
  TryForm,
} from './tryQuestion';
import { WhoCanAnswer } from './WhoCanAnswer';

function defaultsFor(access: EntityAccess): TryForm {
  const [exposure] = splitRedirects(access.exposures).serving;
  const row = exposure?.access.find(({ roles }) => roles.length > 0);
  return {
    method: row?.methods[0] ?? 'GET',
    url: exposure?.address ?? 'https://',
    caller: 'anonymous',
    roles: '',
    principal: '',
  };
}

/**
 * One request, asked as one likes: what becomes of it, station by station,
 * what it misses, and who could send it. The question stands in the address.
 */
export function TrySection(props: {
  access: EntityAccess;
  links: AccessLinks;
}) {
  const { access, links } = props;
  const { entity } = useEntity();
  const api = useApi(meshAuthApiRef);
  const [form, setForm] = useState(() =>
    formFromSearch(window.location.search, defaultsFor(access)),
  );

  const [explained, explain] = useAsyncFn(
    async (asked: TryForm) => {
      window.history.replaceState(
        window.history.state,
        '',
        `${window.location.pathname}${searchOfForm(asked)}`,
      );
      const explanation = await api.explainRequest(
        getCompoundEntityRef(entity),
        questionOfForm(asked),
      );
      return { asked, explanation };
    },
    [api, entity],
  );

  const [whoCan, askWhoCan] = useAsyncFn(
    async (asked: TryForm) => {
      const answer = await api.getWhoCan(getCompoundEntityRef(entity), {
        url: asked.url.trim(),
        method: asked.method,
      });
      return { asked, answer };
    },
    [api, entity],
  );

  // A link that carries a question is answered at once.
  useEffect(() => {
    if (new URLSearchParams(window.location.search).has('url')) {
      explain(form);
    }
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  return (
    <Flex direction="column" gap="4">
      <TryFormFields
        form={form}
        access={access}
        isPending={explained.loading || whoCan.loading}
        onChange={changes => setForm({ ...form, ...changes })}
        onExplain={() => explain(form)}
        onWhoCan={() => askWhoCan(form)}
      />
      {explained.error && (
        <AccessError error={explained.error} onRetry={() => explain(form)} />
      )}
      {explained.value && !explained.error && (
        <TryAnswer {...explained.value} links={links} />
      )}
      {whoCan.error && (
        <AccessError error={whoCan.error} onRetry={() => askWhoCan(form)} />
      )}
      {whoCan.value && !whoCan.error && <WhoCanAnswer {...whoCan.value} />}
    </Flex>
  );
}
