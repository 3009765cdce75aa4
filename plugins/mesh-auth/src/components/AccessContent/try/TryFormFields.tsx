import {
  Button,
  Card,
  CardBody,
  CardHeader,
  Flex,
  Select,
  Text,
  TextField,
} from '@backstage/ui';
import {
  EntityAccess,
  ExplainCallerKind,
} from '@mesh-auth/plugin-mesh-auth-common';
import { FormEvent } from 'react';
import { useMeshAuthTranslation } from '../../../hooks/useMeshAuthTranslation';
import { callerKinds, carriesRoles, TryForm } from './tryQuestion';
import styles from './TrySection.module.css';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** The roles that the entity's policies ask for, as an example of what to write. */
function knownRoles(access: EntityAccess): string {
  const roles = access.exposures.flatMap(exposure =>
    exposure.access.flatMap(row =>
      row.roles.map(role =>
        role.client ? `${role.client}/${role.name}` : role.name,
      ),
    ),
  );
  return [...new Set(roles)].join(', ');
}

/** Who sends what: the question of "Try a request". */
export function TryFormFields(props: {
  form: TryForm;
  access: EntityAccess;
  isPending: boolean;
  onChange: (changes: Partial<TryForm>) => void;
  onExplain: () => void;
  onWhoCan: () => void;
}) {
  const { form, access, isPending, onChange, onExplain, onWhoCan } = props;
  const t = useMeshAuthTranslation();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onExplain();
  };
  return (
    <Card>
      <CardHeader>
        <Text as="h3" variant="title-x-small" weight="bold">
          {t('try.title')}
        </Text>
      </CardHeader>
      <CardBody>
        <form onSubmit={submit} className={styles.form}>
          <Select
            label={t('try.method')}
            options={methods.map(method => ({ id: method, label: method }))}
            selectedKey={form.method}
            onSelectionChange={key => onChange({ method: String(key) })}
          />
          <TextField
            className={styles.wide}
            label={t('try.address')}
            value={form.url}
            onChange={url => onChange({ url })}
            isRequired
            inputMode="url"
          />
          <Select
            label={t('try.caller')}
            options={callerKinds.map(kind => ({
              id: kind,
              label: t(`try.callerKind.${kind}`),
            }))}
            selectedKey={form.caller}
            onSelectionChange={key =>
              onChange({ caller: String(key) as ExplainCallerKind })
            }
          />
          {carriesRoles(form.caller) && (
            <TextField
              className={styles.wide}
              label={t('try.roles')}
              placeholder={knownRoles(access)}
              value={form.roles}
              onChange={roles => onChange({ roles })}
            />
          )}
          {form.caller === 'workload' && (
            <TextField
              className={styles.wide}
              label={t('try.principal')}
              placeholder="cluster.local/ns/shop/sa/frontend"
              value={form.principal}
              onChange={principal => onChange({ principal })}
            />
          )}
          <Flex gap="2" className={styles.actions}>
            <Button type="submit" variant="primary" isPending={isPending}>
              {t('try.ask')}
            </Button>
            <Button
              variant="secondary"
              onPress={onWhoCan}
              isDisabled={isPending}
            >
              {t('try.whoCan')}
            </Button>
          </Flex>
        </form>
      </CardBody>
    </Card>
  );
}
