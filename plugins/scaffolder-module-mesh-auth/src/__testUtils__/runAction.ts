import { mockCredentials } from '@backstage/backend-test-utils';
import { TemplateAction } from '@backstage/plugin-scaffolder-node';
import { createMockActionContext } from '@backstage/plugin-scaffolder-node-test-utils';
import { JsonObject, JsonValue } from '@backstage/types';
import { validate } from 'jsonschema';

/** What an action did: its outputs, and every text that it logged. */
export interface ActionRun {
  outputs: JsonObject;
  log: string;
  /** What the action kept for a retry, by key. */
  checkpoints: Record<string, JsonValue>;
}

/**
 * Runs an action in a workspace as the scaffolder would, with its input checked against its schema first.
 *
 * @throws Error naming the field, for input that the schema refuses
 */
export async function runAction(options: {
  action: TemplateAction<any, any, any>;
  input: JsonObject;
  workspacePath: string;
  isDryRun?: boolean;
  /** Of an earlier run of the same task. */
  checkpoints?: Record<string, JsonValue>;
}): Promise<ActionRun> {
  const { action, input, workspacePath, isDryRun } = options;
  const checked = validate(input, action.schema?.input as object);
  if (!checked.valid) {
    throw new Error(
      checked.errors.map(error => `${error.property}: ${error.message}`).join(),
    );
  }
  const outputs: JsonObject = {};
  const lines: string[] = [];
  const logger = {
    info: (text: string) => lines.push(text),
    warn: (text: string) => lines.push(text),
    error: (text: string) => lines.push(text),
    debug: (text: string) => lines.push(text),
  };
  const checkpoints = { ...options.checkpoints };
  await action.handler({
    ...createMockActionContext({ input, workspacePath }),
    logger: { ...logger, child: () => logger } as any,
    isDryRun,
    checkpoint: async (step: { key: string; fn: () => Promise<JsonValue> }) => {
      if (!(step.key in checkpoints)) {
        checkpoints[step.key] = await step.fn();
      }
      return checkpoints[step.key];
    },
    getInitiatorCredentials: async () => mockCredentials.user(),
    output: (name: string, value: any) => {
      outputs[name] = value;
    },
  } as any);
  const result = validate(outputs, action.schema?.output as object);
  if (!result.valid) {
    throw new Error(`outputs: ${result.errors.join()}`);
  }
  return { outputs, log: lines.join('\n'), checkpoints };
}
