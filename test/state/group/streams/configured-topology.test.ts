import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { errorOfCode, KafkaError } from '../../../../src/protocol/errors.js';
import { configureTopology } from '../../../../src/state/group/streams/configured-topology.js';
import type { Subtopology } from '../../../../src/state/group/streams/topology.js';
import { GroupBed } from '../../../support/group-bed.js';
import { subtopology, topicInfo, topologyWith } from '../../../support/streams-group-bed.js';

const TOPICS = { in: 3, in5: 5, two: 2 };

/** @param topics that are there, with their partitions */
function configure(subtopologies: Subtopology[], topics: Record<string, number> = {}) {
  const bed = new GroupBed();
  for (const [name, partitions] of Object.entries({ ...TOPICS, ...topics })) bed.addTopic(name, partitions);
  return configureTopology(topologyWith(...subtopologies), bed.image);
}

const copartitioned = (sourceTopics: number[], repartitionSourceTopics: number[] = []) => [
  { sourceTopics, sourceTopicRegex: [], repartitionSourceTopics },
];

/** Writes to a topic that it reads again, keeping state. */
const COUNT = [
  subtopology('0', { sourceTopics: ['in', 'in5'], repartitionSinkTopics: ['r'] }),
  subtopology('1', { repartitionSourceTopics: [topicInfo('r')], stateChangelogTopics: [topicInfo('s')] }),
];

describe('a topology and the topics that are there', () => {
  it('has as many tasks as its widest input has partitions', () => {
    const { problem, subtopologies } = configure([subtopology('0', { sourceTopics: ['in', 'in5'] })]);
    assert.equal(problem, null);
    assert.deepEqual(
      subtopologies?.map(({ taskCount }) => taskCount),
      [5],
    );
  });

  it('needs its own topics made, as wide as what goes into them', () => {
    const { problem, missingTopics, subtopologies } = configure(COUNT);
    assert.deepEqual(problem, { statusCode: 3, statusDetail: 'Internal topics are missing: r, s' });
    assert.deepEqual(
      missingTopics.map(({ name, partitions }) => [name, partitions]),
      [
        ['r', 5],
        ['s', 5],
      ],
    );
    assert.deepEqual(
      subtopologies?.map(({ taskCount }) => taskCount),
      [5, 5],
    );
    assert.equal(configure(COUNT, { r: 5, s: 5 }).problem, null);
  });

  it('finds the width of topics that go from one to the next', () => {
    const { missingTopics } = configure([
      subtopology('1', { repartitionSourceTopics: [topicInfo('r1')], repartitionSinkTopics: ['r2'] }),
      subtopology('0', { sourceTopics: ['two'], repartitionSinkTopics: ['r1'] }),
      subtopology('2', { repartitionSourceTopics: [topicInfo('r2')] }),
    ]);
    assert.deepEqual(
      new Map(missingTopics.map(({ name, partitions }) => [name, partitions])),
      new Map([
        ['r1', 2],
        ['r2', 2],
      ]),
    );
  });

  it('takes the width that the application asks for', () => {
    const [first, second] = COUNT as [Subtopology, Subtopology];
    const { missingTopics } = configure([first, { ...second, repartitionSourceTopics: [topicInfo('r', 7)] }]);
    assert.deepEqual(
      missingTopics.map(({ name, partitions }) => [name, partitions]),
      [
        ['r', 7],
        ['s', 7],
      ],
    );
  });

  const problems: [string, Subtopology[], Record<string, number>, number, string][] = [
    [
      'no source topics',
      [subtopology('0', { sourceTopics: ['b', 'a', 'in'] })],
      {},
      1,
      'Source topics a, b are missing.',
    ],
    [
      'many of them',
      [subtopology('0', { sourceTopics: ['e', 'd', 'c', 'b', 'a'] })],
      {},
      1,
      'Source topics a, b, c and 2 additional topics are missing.',
    ],
    [
      'joined topics that differ',
      [subtopology('0', { sourceTopics: ['in', 'two'], copartitionGroups: copartitioned([0, 1]) })],
      {},
      2,
      'Following topics do not have the same number of partitions: [{in=3, two=2}]',
    ],
    [
      'a topic that is asked for with another width than the one it is joined with',
      [
        subtopology('0', { sourceTopics: ['two'], repartitionSinkTopics: ['r'] }),
        subtopology('1', {
          sourceTopics: ['in'],
          repartitionSourceTopics: [topicInfo('r', 4)],
          copartitionGroups: copartitioned([0], [0]),
        }),
      ],
      {},
      2,
      "Number of partitions [4] of repartition topic [r] doesn't match number of partitions [3] of the source topic.",
    ],
    [
      'two that are asked for and differ',
      [
        subtopology('0', { sourceTopics: ['in'], repartitionSinkTopics: ['r1', 'r2'] }),
        subtopology('1', {
          repartitionSourceTopics: [topicInfo('r1', 2), topicInfo('r2', 3)],
          copartitionGroups: copartitioned([], [0, 1]),
        }),
      ],
      {},
      2,
      'Following topics do not have the same number of partitions: [{r1=2, r2=3}]',
    ],
    [
      'one of its own that is there with another width',
      COUNT,
      { r: 5, s: 1 },
      2,
      'Existing topic s has different number of partitions: expected 5, found 1',
    ],
  ];
  for (const [name, subtopologies, topics, statusCode, statusDetail] of problems) {
    it(`${name}: nobody gets tasks`, () => {
      const { problem, missingTopics, subtopologies: configured } = configure(subtopologies, topics);
      assert.deepEqual(problem, { statusCode, statusDetail });
      assert.deepEqual([missingTopics, configured], [[], null]);
    });
  }

  it('a flexible topic gets the width of what it is joined with, and of the widest of its kind', () => {
    const joined = configure([
      subtopology('0', { sourceTopics: ['two'], repartitionSinkTopics: ['r'] }),
      subtopology('1', {
        sourceTopics: ['in5'],
        repartitionSourceTopics: [topicInfo('r')],
        copartitionGroups: copartitioned([0], [0]),
      }),
    ]);
    assert.deepEqual(
      joined.missingTopics.map(({ name, partitions }) => [name, partitions]),
      [['r', 5]],
    );
    const widest = configure([
      subtopology('0', { sourceTopics: ['two'], repartitionSinkTopics: ['r1'] }),
      subtopology('1', { sourceTopics: ['in'], repartitionSinkTopics: ['r2'] }),
      subtopology('2', {
        repartitionSourceTopics: [topicInfo('r1'), topicInfo('r2')],
        copartitionGroups: copartitioned([], [0, 1]),
      }),
    ]);
    assert.deepEqual(new Set(widest.missingTopics.map(({ partitions }) => partitions)), new Set([3]));
  });

  const invalid: [string, Subtopology[], string, RegExp][] = [
    ['reads nothing', [subtopology('0')], 'STREAMS_INVALID_TOPOLOGY', /^No source topics found for subtopology 0$/],
    [
      'reads what nobody writes',
      [subtopology('0', { sourceTopics: ['in'], repartitionSourceTopics: [topicInfo('r')] })],
      'STREAMS_INVALID_TOPOLOGY',
      /never used as a sink topic\.$/,
    ],
    [
      'feeds itself alone',
      [
        subtopology('0', { repartitionSourceTopics: [topicInfo('a')], repartitionSinkTopics: ['b'] }),
        subtopology('1', { repartitionSourceTopics: [topicInfo('b')], repartitionSinkTopics: ['a'] }),
      ],
      'STREAMS_INVALID_TOPOLOGY',
      /There may be loops in the topology/,
    ],
    [
      'joins what it does not name',
      [subtopology('0', { sourceTopics: ['in'], copartitionGroups: copartitioned([3]) })],
      'UNKNOWN_SERVER_ERROR',
      /./,
    ],
  ];
  for (const [name, subtopologies, error, message] of invalid) {
    it(`one that ${name} is refused`, () => {
      assert.throws(
        () => configure(subtopologies),
        (thrown) =>
          thrown instanceof KafkaError && errorOfCode(thrown.code).name === error && message.test(thrown.message),
      );
    });
  }
});
