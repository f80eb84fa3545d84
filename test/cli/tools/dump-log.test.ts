import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import * as dumpLog from '../../../src/cli/tools/dump-log.js';
import { BatchBuilder } from '../../../src/protocol/records/batch-builder.js';
import { onTerminal, runTool } from './run-tool.js';

interface Case {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  readonly dump: readonly string[];
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

const CASES = new URL('../../../../test/fixtures/dump-log/cases.json.gz', import.meta.url);
const cases = JSON.parse(gunzipSync(readFileSync(CASES)).toString()) as readonly Case[];

describe('kafka-dump-log', () => {
  let dir: string;
  const log = (): string => join(dir, '00000000000000000000.log');
  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'dump-log-'));
  });
  after(() => rmSync(dir, { recursive: true }));

  for (const { name, files, args, dump, status, out, err } of cases) {
    it(`says what Kafka's says of ${name}: ${[...args, ...dump].join(' ')}`, async () => {
      const own = mkdtempSync(join(dir, 'case-'));
      for (const [file, content] of Object.entries(files))
        writeFileSync(join(own, file), Buffer.from(content, 'base64'));
      const found = await runTool(dumpLog, [...args, '--files', dump.map((file) => join(own, file)).join(',')]);
      assert.equal(found.out.replaceAll(own, '{dir}'), out);
      assert.equal(found.err.trimEnd().replaceAll(own, '{dir}'), err);
      assert.equal(found.status, status);
    });
  }

  it('shows all of a segment that is larger than what is read at a time', async () => {
    const batches: Buffer[] = [];
    for (let offset = 0; offset < 40; offset++) {
      const builder = new BatchBuilder();
      builder.append(1000 + offset, null, Buffer.alloc(offset === 7 ? 3_000_000 : 70_000, 'a'));
      batches.push(builder.build({ baseOffset: offset }));
    }
    writeFileSync(log(), Buffer.concat(batches));
    const { out, err, status } = await runTool(dumpLog, ['--files', log(), '--deep-iteration']);
    assert.equal(status, 0);
    assert.equal(err, '');
    assert.equal(out.match(/ isvalid: true$/gm)?.length, 40);
    assert.equal(out.match(/^\| offset: \d+ CreateTime: 10\d\d keySize: -1 /gm)?.length, 40);
    const limited = await runTool(dumpLog, ['--files', log(), '--max-bytes', '150000']);
    assert.equal(limited.out.match(/^baseOffset/gm)?.length, 2);
    assert.doesNotMatch(limited.out, /invalid bytes/);
  });

  it('passes over files that it does not know', async () => {
    const path = join(dir, 'leader-epoch-checkpoint');
    const found = await runTool(dumpLog, ['--files', `${path}/,${dir}//x.txt,,`]);
    const err = `Ignoring unknown file ${path}\nIgnoring unknown file ${dir}/x.txt\n`;
    assert.deepEqual(found, { status: 0, out: `Dumping ${path}\nDumping ${dir}/x.txt\n`, err });
  });

  it('tells people plainly what is wrong', async () => {
    const missing = join(dir, '00000000000000000009.log');
    const { status, err } = await runTool(dumpLog, ['--files', missing], onTerminal());
    assert.deepEqual({ status, err }, { status: 1, err: `There is no file ${missing}\n` });
    const decoder = await runTool(dumpLog, ['--files', log(), '--value-decoder-class', 'MyDecoder'], onTerminal());
    assert.match(
      decoder.err,
      /^There is no decoder MyDecoder; there are StringDecoder, .* in org\.apache\.kafka\.tools/,
    );
  });

  it('reads keys and values by the decoders of Kafka', async () => {
    const builder = new BatchBuilder();
    builder.append(0, Buffer.from([0xff, 0xff, 0xff, 0xfe]), Buffer.from([0, 0, 0, 1, 0, 0, 0, 2]));
    writeFileSync(log(), builder.build());
    const of = (name: string): string => `org.apache.kafka.tools.api.${name}Decoder`;
    const args = ['--files', log(), '--skip-record-metadata', '--key-decoder-class', of('Integer')];
    const { out } = await runTool(dumpLog, [...args, '--value-decoder-class', of('Long')]);
    assert.match(out, /^\| key: -2 payload: 4294967298$/m);
    const short = await runTool(dumpLog, [...args, '--value-decoder-class', of('Integer')]);
    assert.match(short.out, /^\| key: -2 payload: 1$/m);
    const cut = await runTool(dumpLog, ['--files', log(), '--key-decoder-class', of('Long')]);
    assert.deepEqual([cut.status, cut.err], [1, 'Exception in thread "main" java.nio.BufferUnderflowException\n']);
  });

  it('reads options one by one as Kafka does', async () => {
    const twice = await runTool(dumpLog, ['--files', log(), '--files', log()]);
    assert.deepEqual(twice, {
      status: 1,
      out: '',
      err: 'Exception in thread "main" joptsimple.MultipleArgumentsForOptionException: Found multiple arguments for option files, but you asked for only one\n',
    });
    const wrong = await runTool(dumpLog, ['--files', log(), '--max-bytes', 'some']);
    assert.equal(wrong.out, `Dumping ${log()}\n`);
    const unknown = await runTool(dumpLog, ['--no-such-option']);
    assert.match(
      unknown.err,
      /^Exception in thread "main" joptsimple\.UnrecognizedOptionException: no-such-option is not/,
    );
  });
});
