import type { ConsumedRecords } from '../../../client/consumer/consumed-records.js';
import { jsonString } from '../../../protocol/message-json.js';
import { fieldOf } from './default-formatter.js';
import type { Deserializer } from './deserializer.js';
import type { FieldJson, RecordFields } from './formatter.js';

/** Text, a number, a boolean, null, or what a deserializer or formatter makes of the bytes. */
const ANY_VALUE = {
  description: 'What the deserializer makes of the bytes; without one their text.',
} as const;

const BASE64 = { type: 'string', contentEncoding: 'base64', description: 'Bytes that are no text.' } as const;

/** JSON Schema of a record as `--output json` and `--output ndjson` write it. */
export const RECORD_SCHEMA = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Record',
  type: 'object',
  properties: {
    topic: { type: 'string' },
    partition: { type: 'integer', minimum: 0 },
    offset: { type: 'integer', minimum: 0 },
    timestamp: { type: ['integer', 'null'], description: 'Milliseconds since 1970; null where there is none.' },
    timestampType: { enum: ['CreateTime', 'LogAppendTime', 'NoTimestampType'] },
    leaderEpoch: { type: ['integer', 'null'], minimum: 0 },
    deliveryCount: {
      type: 'integer',
      minimum: 1,
      description: 'How often its share group has given it out; of kafka-console-share-consumer alone.',
    },
    headers: {
      type: 'array',
      items: {
        type: 'object',
        properties: { key: { type: 'string' }, value: ANY_VALUE, valueBase64: BASE64 },
        oneOf: [{ required: ['key', 'value'] }, { required: ['key', 'valueBase64'] }],
        additionalProperties: false,
      },
    },
    key: ANY_VALUE,
    keyBase64: BASE64,
    value: ANY_VALUE,
    valueBase64: BASE64,
  },
  required: ['topic', 'partition', 'offset', 'timestamp', 'timestampType', 'leaderEpoch', 'headers'],
  allOf: [
    { oneOf: [{ required: ['key'] }, { required: ['keyBase64'] }] },
    { oneOf: [{ required: ['value'] }, { required: ['valueBase64'] }] },
  ],
  additionalProperties: false,
} as const;

/** The record that the cursor stands on as one JSON object. */
export function recordRow(records: ConsumedRecords, fields: RecordFields, headers: Deserializer | null): string {
  const { cursor, timestampType, leaderEpoch, deliveryCount } = records;
  const timestamp = timestampType === 'NoTimestampType' ? 'null' : cursor.timestamp;
  const shown = cursor
    .headers()
    .map(({ key, value }) => `{"key":${jsonString(key)},${member('value', fieldOf(value, headers))}}`);
  const parts = [
    `"topic":${jsonString(records.topic)}`,
    `"partition":${records.partition}`,
    `"offset":${cursor.offset}`,
    `"timestamp":${timestamp}`,
    `"timestampType":"${timestampType}"`,
    `"leaderEpoch":${leaderEpoch < 0 ? 'null' : leaderEpoch}`,
    ...(deliveryCount === undefined ? [] : [`"deliveryCount":${deliveryCount}`]),
    `"headers":[${shown.join(',')}]`,
    member('key', fields.key),
    member('value', fields.value),
  ];
  return `{${parts.join(',')}}`;
}

function member(name: string, { json, isBase64 }: FieldJson): string {
  return `"${name}${isBase64 ? 'Base64' : ''}":${json}`;
}
