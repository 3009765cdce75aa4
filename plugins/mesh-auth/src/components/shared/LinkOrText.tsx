import { Link, Text } from '@backstage/ui';
import { ReactNode } from 'react';

/** A link into the tab, or plain text in an app that has no tab. */
export function LinkOrText(props: {
  href?: string;
  children: ReactNode;
  className?: string;
  color?: 'primary' | 'secondary';
  weight?: 'regular' | 'bold';
  title?: string;
}) {
  const { href, children, ...rest } = props;
  return href ? (
    <Link href={href} variant="body-medium" standalone {...rest}>
      {children}
    </Link>
  ) : (
    <Text as="span" variant="body-medium" {...rest}>
      {children}
    </Text>
  );
}
