import { Flex, Text } from '@backstage/ui';
import { ReactNode } from 'react';

/** Says that there is nothing, and what that means. */
export function Empty(props: {
  title: string;
  hint?: string;
  children?: ReactNode;
}) {
  return (
    <Flex direction="column" gap="2" p="4">
      <Text as="p" variant="body-large" weight="bold">
        {props.title}
      </Text>
      {props.hint && (
        <Text as="p" variant="body-medium" color="secondary">
          {props.hint}
        </Text>
      )}
      {props.children}
    </Flex>
  );
}
