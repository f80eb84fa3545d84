import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hashOfTopics } from '../../../../src/state/group/assignment/topic-hashes.js';
import { type BrokerState, MetadataImage } from '../../../../src/state/metadata/image.js';
import { LED_PARTITION } from '../../../support/group-bed.js';

/** Topics as a broker of Apache Kafka 4.3.1 had them, by name: id and partitions. */
type Topics = Readonly<Record<string, readonly [string, number]>>;

const RACKED: Topics = {
  t1: ['zCgJ8i3rQKq5MLQlJhsP9Q', 3],
  t2: ['d3KUmRanTtu-bkdkn0eG-Q', 2],
  big: ['7Gr1u2AvSHu6HmUJ1DaMqw', 70],
  'uni_e.x-1': ['kd05yKxEQyiu-mOfc06FTg', 1],
};
const BARE: Topics = {
  t1: ['43T2aSb4TUmDxa-TPsn9Yw', 3],
  t2: ['JG037uwyTsy1wG3O2pv5nw', 2],
  big: ['rg6ELugeQom6Ct7KU1xEyw', 70],
  'uni_e.x-1': ['Oz2_r54UTCi1boHexUpFkw', 1],
};

function imageOf(topics: Topics, rack: string | null): MetadataImage {
  const image = new MetadataImage();
  const broker: Partial<BrokerState> = { id: 1, rack };
  image.brokers.set(1, broker as BrokerState);
  for (const [name, [id, count]] of Object.entries(topics)) {
    image.topics.set(name, { name, id, partitions: Array.from({ length: count }, () => LED_PARTITION) });
  }
  return image;
}

/** The hashes that the broker wrote into ConsumerGroupMetadata. */
const WRITTEN: readonly (readonly [Topics, string | null, readonly string[], bigint])[] = [
  [RACKED, 'rackA', ['t1'], -8_932_772_337_095_944_380n],
  [RACKED, 'rackA', ['t1', 't2'], -7_630_942_418_159_089_636n],
  [RACKED, 'rackA', ['big'], -5_316_281_518_982_919_525n],
  [RACKED, 'rackA', ['uni_e.x-1', 't2', 'big'], 3_207_927_398_011_062_490n],
  [BARE, null, ['t1'], -5_964_544_274_545_267_849n],
  [BARE, null, ['t2', 't1'], -4_576_110_995_504_383_048n],
  [BARE, null, ['big'], -5_532_679_268_155_501_458n],
  [BARE, null, ['uni_e.x-1', 't2', 'big'], -4_959_513_778_337_469_651n],
];

describe('the hash of topics', () => {
  for (const [topics, rack, names, expected] of WRITTEN) {
    it(`is Kafka's for ${names.join(', ')} ${rack === null ? 'without racks' : 'with a rack'}`, () => {
      assert.equal(hashOfTopics(new Set(names), imageOf(topics, rack)), expected);
    });
  }

  it('is that of the topics that there are, and 0 for none', () => {
    const image = imageOf(BARE, null);
    assert.equal(hashOfTopics(new Set(['t1', 'gone']), image), -5_964_544_274_545_267_849n);
    assert.equal(hashOfTopics(new Set(['gone']), image), 0n);
  });

  it('follows partitions and racks', () => {
    const image = imageOf(BARE, null);
    const before = hashOfTopics(new Set(['t1']), image);
    image.topics.get('t1')?.partitions.push(LED_PARTITION);
    const grown = hashOfTopics(new Set(['t1']), image);
    image.brokers.set(1, { ...(image.brokers.get(1) as BrokerState), rack: 'r' });
    const moved = hashOfTopics(new Set(['t1']), image);
    assert.equal(new Set([before, grown, moved]).size, 3);
  });
});
