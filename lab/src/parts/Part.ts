import { ProcessSpec } from '../processes/startProcess';
import { LabSettings, PortName } from '../settings';
import { DebianPackage } from '../versions';

/**
 * One server of the lab, or one piece of set-up between servers.
 *
 * @internal
 */
export interface Part {
  name: string;
  title: string;
  /** Parts that must be ready, set-up included, before this one starts. */
  needs: string[];
  /** Artifacts of the cache that it runs. */
  artifacts: string[];
  /** Debian packages whose programs it runs. */
  debianPackages?: DebianPackage[];
  /** Ports of 127.0.0.1 that it listens on. */
  ports: PortName[];
  /** The names of its processes; empty when it only sets things up. */
  processNames: string[];
  /** Makes configuration and data folders, then says what to start. */
  processes(settings: LabSettings): Promise<ProcessSpec[]>;
  /** Resolves when it answers; throws with the reason while it does not. */
  ready(settings: LabSettings): Promise<void>;
  /** Idempotent work on the ready server, done at every `up`. */
  setUp?(
    settings: LabSettings,
    progress: (line: string) => void,
  ): Promise<void>;
  /** Milliseconds until `up` gives up; 90 s unless told. */
  patience?: number;
  /** Milliseconds between the polite signal and SIGKILL at `down`; 5 s unless told. */
  grace?: number;
}
