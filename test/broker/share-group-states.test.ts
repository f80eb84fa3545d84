import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { GroupCommand } from '../../src/broker/group-coordinators.js';
import type { BrokerServices } from '../../src/broker/services.js';
import {
  deleteStates,
  initializeAfterHeartbeat,
  initializeForAdministrator,
} from '../../src/broker/share-group-states.js';
import type { SharePartitionKey, ShareStateRefusal } from '../../src/broker/share-persister.js';
import { KafkaError } from '../../src/protocol/errors.js';
import { GROUP, GroupBed } from '../support/group-bed.js';
import { RecordingLogger } from '../support/recording-logger.js';
import { ShareMemberBed } from '../support/share-group-bed.js';

const REFUSAL: ShareStateRefusal = { error: 'FENCED_STATE_EPOCH', message: 'no' };

/** A group of one member that reads a topic of three partitions, and share coordinators that do as they are told. */
class Bed {
  readonly groups = new GroupBed();
  readonly logger = new RecordingLogger();
  readonly asked: string[] = [];
  readonly topicId = this.groups.addTopic('t', 3);
  readonly member = new ShareMemberBed(this.groups, 'm');
  private readonly answer: (partition: number) => ShareStateRefusal | null;
  private readonly coordinate: () => void;

  constructor(answer: (partition: number) => ShareStateRefusal | null, coordinate = (): void => undefined) {
    this.answer = answer;
    this.coordinate = coordinate;
  }

  get services(): BrokerServices {
    const ask = async ({ partition }: SharePartitionKey, ...rest: number[]) => {
      this.asked.push([partition, ...rest].join());
      return this.answer(partition);
    };
    const groups = {
      call: async (_: string, command: GroupCommand) => {
        this.coordinate();
        return this.groups.ask(command);
      },
    };
    return {
      groups,
      sharePersister: { initialize: ask, delete: ask },
      logger: this.logger,
    } as unknown as BrokerServices;
  }

  initialize() {
    const initialization = this.member.beat(['t']);
    assert.ok(initialization !== null);
    return initialization;
  }

  get progress() {
    const progress = this.groups.machine.shareGroup(GROUP)?.progress;
    const count = (topics: ReadonlyMap<string, { partitions: readonly number[] }> | undefined) =>
      topics?.get(this.topicId)?.partitions.length ?? 0;
    return { initializing: count(progress?.initializing), initialized: count(progress?.initialized) };
  }
}

describe('states of a share group', () => {
  it('that share coordinators made may be assigned', async () => {
    const bed = new Bed(() => null);
    await initializeAfterHeartbeat(bed.services, GROUP, bed.initialize());
    assert.deepEqual(bed.asked, ['0,2,-1', '1,2,-1', '2,2,-1']);
    assert.deepEqual(bed.progress, { initializing: 0, initialized: 3 });
  });

  it('of which one is refused are all tried again with the next heartbeat', async () => {
    const bed = new Bed((partition) => (partition === 1 ? REFUSAL : null));
    await initializeAfterHeartbeat(bed.services, GROUP, bed.initialize());
    assert.deepEqual(bed.progress, { initializing: 0, initialized: 0 });
    assert.equal(bed.member.beat()?.partitions.length, 3);
    assert.equal(bed.logger.lines.length, 1);
  });

  it('whose coordinator fails in a way of its own are refused ones', async () => {
    const bed = new Bed(() => {
      throw new Error('broken');
    });
    await initializeAfterHeartbeat(bed.services, GROUP, bed.initialize());
    assert.deepEqual(bed.progress, { initializing: 0, initialized: 0 });
    const [refused] = await deleteStates(bed.services, GROUP, new Map([[bed.topicId, [0]]]));
    assert.equal(refused?.refusal.error, 'UNKNOWN_SERVER_ERROR');
  });

  it('are left to another coordinator of the group when this one is none any more', async () => {
    const bed = new Bed(
      () => null,
      () => {
        throw new KafkaError('NOT_COORDINATOR');
      },
    );
    await initializeAfterHeartbeat(bed.services, GROUP, bed.initialize());
    assert.deepEqual(bed.progress, { initializing: 3, initialized: 0 });
    assert.deepEqual(bed.logger.lines, []);
  });

  it('that an administrator sets are as they were when one is refused, and he hears which', async () => {
    const bed = new Bed((partition) => (partition === 2 ? REFUSAL : null));
    const refused = await initializeForAdministrator(bed.services, GROUP, bed.initialize());
    assert.deepEqual(
      refused.map(({ key, refusal }) => [key.partition, refusal]),
      [[2, REFUSAL]],
    );
    assert.deepEqual(bed.progress, { initializing: 3, initialized: 0 });
  });
});
