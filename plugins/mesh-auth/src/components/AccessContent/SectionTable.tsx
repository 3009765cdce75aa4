import {
  Cell,
  Column,
  Row,
  TableBody,
  TableHeader,
  TableRoot,
} from '@backstage/ui';
import { ReactNode } from 'react';
import styles from './AccessContent.module.css';

/** A column of a {@link SectionTable}; the first one names the row. */
export interface SectionColumn<T> {
  id: string;
  label: string;
  render: (item: T) => ReactNode;
  /** CSS width; columns without one share what is left. */
  width?: string;
}

/** A table with a caption that scrolls by itself where the page is narrow. */
export function SectionTable<T>(props: {
  caption: string;
  columns: SectionColumn<T>[];
  items: T[];
  keyOf: (item: T) => string;
  /** CSS width below which the table scrolls instead of shrinking. */
  minWidth?: string;
}) {
  const { caption, columns, items, keyOf, minWidth = '32rem' } = props;
  return (
    <div className={styles.tableScroll}>
      <TableRoot aria-label={caption} style={{ minWidth }}>
        <TableHeader>
          {columns.map((column, index) => (
            <Column
              key={column.id}
              id={column.id}
              isRowHeader={index === 0}
              style={{ width: column.width }}
            >
              {column.label}
            </Column>
          ))}
        </TableHeader>
        <TableBody>
          {items.map(item => (
            <Row key={keyOf(item)} id={keyOf(item)}>
              {columns.map(column => (
                <Cell key={column.id} className={styles.cell}>
                  {column.render(item)}
                </Cell>
              ))}
            </Row>
          ))}
        </TableBody>
      </TableRoot>
    </div>
  );
}
