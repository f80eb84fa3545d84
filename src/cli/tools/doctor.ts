import { randomUuid } from '../../base/uuid.js';
import { openAdmin } from '../../client/admin/admin-client.js';
import type { ClientHost, ClientSettings } from '../../client/client-config.js';
import type { BrokerConnection } from '../../client/connection.js';
import { adminProperties, silentHost } from '../connect-to.js';
import type { Tone } from '../format/color.js';
import { withoutColors } from '../format/color.js';
import { OUTPUT_OPTIONS, outputFormat } from '../format/output-format.js';
import { type Report, tableOf, writeReport } from '../format/report.js';
import { withSpinner } from '../format/spinner.js';
import type { Io } from '../io.js';
import { type JoptOptions, parseJopt } from '../options/jopt.js';
import { flag, integer, text } from '../options/option-rows.js';
import { ToolError } from '../tool-error.js';
import { checkAddress } from './doctor/address-checks.js';
import { checkAdvertised, checkCluster, checkController, checkPartitions } from './doctor/cluster-checks.js';
import { type Finding, Findings, type Status } from './doctor/findings.js';
import { checkKafkajs } from './doctor/kafkajs-trip.js';
import { checkRoundTrip, type TripContext, withOwnTopic } from './doctor/round-trip.js';

export { FINDING_SCHEMA } from './doctor/findings.js';

const DEFAULT_TIMEOUT_MS = 5000;
/** A group waits for more members before it begins. */
const LEAST_GROUP_MS = 15_000;

export const TOOL = {
  description:
    'Looks at a cluster from this machine, step by step, and says what to change where something is wrong. Ends with 1 when a check failed.',
  options: {
    'bootstrap-server': text(
      'server to connect to',
      'REQUIRED: Brokers to begin with: host:port, separated by commas.',
      {
        required: true,
      },
    ),
    'command-config': text('config file', 'A file with properties of the clients, as of security.', {
      completes: 'file',
    }),
    topic: text('topic', 'A topic to write to and read from, instead of one that is made and deleted.', {
      completes: 'topic',
    }),
    'read-only': flag('Write nothing: no topic, no record, no group.'),
    timeout: integer('ms', 'How long each step may take, in milliseconds; 5000 unless given.'),
    ...OUTPUT_OPTIONS,
  },
};

type Options = JoptOptions<(typeof TOOL)['options']>;

/** kafka-doctor: looks at all that stands between a client and a cluster. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const options = parseJopt(TOOL, argv);
  const shown = options.has('no-color') ? withoutColors(io) : io;
  const format = outputFormat(options, shown);
  const timeoutMs = options.value('timeout') ?? DEFAULT_TIMEOUT_MS;
  if (timeoutMs <= 0) throw new ToolError(`--timeout is a number of milliseconds above 0, and not ${timeoutMs}`);
  const findings = new Findings();
  await withSpinner(shown, 'Looking at the cluster', () => new Checkup(options, io, timeoutMs, findings).run());
  await writeReport(reportOf(findings), format, shown);
  return findings.failedCount === 0 ? 0 : 1;
}

class Checkup {
  private readonly options: Options;
  private readonly io: Io;
  private readonly timeoutMs: number;
  private readonly findings: Findings;
  private readonly host: ClientHost;
  private readonly properties: Map<string, string>;

  constructor(options: Options, io: Io, timeoutMs: number, findings: Findings) {
    this.options = options;
    this.io = io;
    this.timeoutMs = timeoutMs;
    this.findings = findings;
    // What its clients have to say is among the findings.
    this.host = silentHost(io);
    const server = options.value('bootstrap-server') as string;
    this.properties = adminProperties(io, server, options.value('command-config'), timeoutMs);
  }

  async run(): Promise<void> {
    const admin = openAdmin(this.properties, this.host);
    try {
      const { settings } = admin;
      const metadata = await this.findCluster(settings);
      if (metadata === null) return;
      await checkAdvertised(metadata, settings, this.host, this.timeoutMs, this.findings);
      checkController(metadata, this.findings);
      checkPartitions(metadata, this.findings);
      await this.tryIt(admin);
    } finally {
      admin.close();
    }
  }

  /** Looks at each address of the command line; the first that leads somewhere tells of the cluster. */
  private async findCluster(settings: ClientSettings) {
    const open: BrokerConnection[] = [];
    for (const address of settings.bootstrap) {
      const where = { ...address, origin: 'bootstrap' as const };
      const connection = await checkAddress(where, settings, this.host, this.timeoutMs, this.findings);
      if (connection !== null) open.push(connection);
    }
    const [first] = open;
    if (first === undefined) {
      this.findings.skipped('cluster', null, 'no broker answers');
      return null;
    }
    const metadata = await checkCluster(first, this.findings);
    for (const connection of open) connection.close();
    return metadata;
  }

  private async tryIt(admin: ReturnType<typeof openAdmin>): Promise<void> {
    const { findings, properties, host, timeoutMs, options } = this;
    if (options.has('read-only')) {
      findings.skipped('round trip', null, '--read-only');
      return;
    }
    if (findings.all.some(({ check, status }) => check === 'advertised' && status === 'failed')) {
      findings.skipped('round trip', null, 'not all brokers can be reached');
      return;
    }
    const context: TripContext = { properties, host, timeoutMs, findings };
    const id = randomUuid(this.io.host.random);
    const trips = async (topic: string) => {
      if (!(await checkRoundTrip(topic, `kafka-doctor ${id}`, context))) return;
      const patient = { ...context, timeoutMs: Math.max(timeoutMs, LEAST_GROUP_MS) };
      await checkKafkajs(topic, `kafka-doctor-${id}`, admin.settings, patient);
    };
    const topic = options.value('topic');
    if (topic !== null) await trips(topic);
    else await withOwnTopic(admin, `kafka-doctor-${id}`, context, trips);
  }
}

const TONES: Readonly<Record<Status, Tone>> = { ok: 'good', warning: 'warning', failed: 'bad', skipped: 'muted' };

function reportOf({ all }: Findings): Report<Finding> {
  return {
    rows: all,
    plain: () => plainText(all),
    tables: () => [
      tableOf(all, [
        { heading: 'Check', cell: ({ check }) => check },
        { heading: 'Of', cell: ({ subject }) => subject },
        { heading: 'Result', cell: ({ status }) => status, tone: ({ status }) => TONES[status] },
        { heading: 'Found', cell: ({ detail }) => detail },
        { heading: 'What to do', cell: ({ advice }) => advice },
      ]),
    ],
    whenEmpty: 'Nothing was looked at.',
  };
}

function plainText(findings: readonly Finding[]): string {
  const width = (cell: (finding: Finding) => string): number => Math.max(...findings.map((one) => cell(one).length));
  const [checks, subjects] = [width(({ check }) => check), width(({ subject }) => subject ?? '')];
  const lines = findings.flatMap(({ check, subject, status, detail, advice }) => {
    const line = `${status.padEnd(7)}  ${check.padEnd(checks)}  ${(subject ?? '').padEnd(subjects)}  ${detail}`;
    return advice === null ? [line] : [line, `         -> ${advice}`];
  });
  const count = (wanted: Status): number => findings.filter(({ status }) => status === wanted).length;
  const summary = `${count('ok')} ok, ${count('warning')} warnings, ${count('failed')} failed, ${count('skipped')} skipped`;
  return [...lines, summary].map((line) => `${line}\n`).join('');
}
