/*
 * On a phone the table is laid out as blocks, which takes its roles away: they
 * are named. And a keyboard has to reach what scrolls.
 */
/* eslint-disable jsx-a11y/no-redundant-roles, jsx-a11y/no-interactive-element-to-noninteractive-role, jsx-a11y/no-noninteractive-tabindex */
import { VisuallyHidden } from '@backstage/ui';
import { ReactNode } from 'react';
import styles from './SectionTable.module.css';

/** A column of a {@link SectionTable}; the first one names the row. */
export interface SectionColumn<T> {
  id: string;
  label: string;
  render: (item: T) => ReactNode;
  /** CSS width; columns without one share what is left. */
  width?: string;
}

/**
 * A table to read: a plain one with caption and headers, unlike the grid of
 * `@backstage/ui`, whose rows are there to be selected and moved between. It
 * scrolls by itself where it is narrow, and puts its cells below each other on
 * a phone.
 */
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
    <div
      className={styles.scroll}
      role="region"
      aria-label={caption}
      tabIndex={0}
    >
      <table role="table" className={styles.table} style={{ minWidth }}>
        <caption>
          <VisuallyHidden>{caption}</VisuallyHidden>
        </caption>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map(column => (
              <th
                key={column.id}
                scope="col"
                role="columnheader"
                style={{ width: column.width }}
              >
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {items.map(item => (
            <tr key={keyOf(item)} role="row">
              {columns.map((column, index) =>
                index === 0 ? (
                  <th key={column.id} scope="row" role="rowheader">
                    {column.render(item)}
                  </th>
                ) : (
                  <td key={column.id} role="cell">
                    <span aria-hidden className={styles.label}>
                      {column.label}
                    </span>
                    {column.render(item)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
