import type { ActionsRegistryService } from '@backstage/backend-plugin-api/alpha';
import { createExplainRequestAction } from './createExplainRequestAction';
import { createGetAccessAction } from './createGetAccessAction';
import { createListFindingsAction } from './createListFindingsAction';
import { createWhoCanCallAction } from './createWhoCanCallAction';
import type { ActionDependencies } from './runForEntity';

/**
 * Offers the answers of the plugin to software agents. Every action only reads, and checks the caller's permissions on
 * the entity in its handler.
 *
 * @internal
 */
export function registerActions(
  registry: ActionsRegistryService,
  dependencies: ActionDependencies,
): void {
  createGetAccessAction(registry, dependencies);
  createExplainRequestAction(registry, dependencies);
  createWhoCanCallAction(registry, dependencies);
  createListFindingsAction(registry, dependencies);
}
