import type { Clock, Logger, Random } from '../base/host.js';
import { type CallId, type Machine, type Outcome, outcome } from '../base/machine.js';
import type { MetadataRecord } from '../protocol/generated/metadata-records.js';
import type { ControllerContext, ControllerSettings } from '../state/controller/settings.js';
import { MetadataDelta } from '../state/metadata/delta.js';
import { MetadataImage } from '../state/metadata/image.js';
import { MetadataTransactions } from './metadata-batch.js';
import { type MachineLog, ReplicatedMachine } from './replicated-machine.js';

type Command = (call: CallId, context: ControllerContext, nextOffset: number) => Outcome<MetadataRecord>;

/** The controller's state is the image of all that it has decided. */
class ControllerMachine implements Machine<MetadataRecord, MetadataImage> {
  readonly image = new MetadataImage();
  private readonly transactions = new MetadataTransactions();

  replay(record: MetadataRecord): void {
    const unused = new MetadataDelta();
    for (const ready of this.transactions.apply([record])) this.image.replay(ready, unused);
  }

  onTimer(): Outcome<MetadataRecord> {
    return outcome();
  }
}

export interface ControllerLog extends MachineLog<MetadataRecord> {
  /** Where the next record will be. */
  readonly endOffset: number;
  /** Settles when all that was appended is on the platter. */
  flushed(): Promise<void>;
}

/** The active controller: runs commands of `state/controller` on the metadata log. */
export class Controller {
  private readonly runtime: ReplicatedMachine<ControllerMachine, MetadataRecord, MetadataImage>;
  private readonly log: ControllerLog;
  private readonly settings: ControllerSettings;

  constructor(options: {
    readonly log: ControllerLog;
    readonly settings: ControllerSettings;
    readonly clock: Clock;
    readonly random: Random;
    readonly logger: Logger;
  }) {
    const machine = new ControllerMachine();
    this.log = options.log;
    this.settings = options.settings;
    this.runtime = new ReplicatedMachine({ ...options, machine, image: () => machine.image });
  }

  get image(): MetadataImage {
    return this.runtime.machine.image;
  }

  /** What a command would see now. */
  context(): ControllerContext {
    return { ...this.runtime.context(), settings: this.settings };
  }

  /** Records that are in the log already: at start. */
  replay(records: readonly MetadataRecord[]): void {
    for (const record of records) this.runtime.machine.replay(record);
  }

  /**
   * Settles when the command's records are on the platter: as the quorum's leader Apache Kafka syncs each append, so that
   * no topic that a client was told of is lost by a power cut.
   *
   * @throws what the metadata log throws; nothing is changed then.
   */
  async run<Response>(command: Command): Promise<Response> {
    const response = await this.runtime.call<Response>((_machine, call, context) =>
      command(call, { ...context, settings: this.settings }, this.log.endOffset),
    );
    await this.log.flushed();
    return response;
  }

  close(): void {
    this.runtime.close(new Error('the controller has stopped'));
  }
}
