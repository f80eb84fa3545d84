import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runCommand } from './child.js';
import type { Toolset } from './toolset.js';

const VERSION = '4.3.1';
const POM = fileURLToPath(new URL('../../../test/interop/pom.xml', import.meta.url));
const OLDEST_JAVA = 17;
const INSTALL_LIMIT_MS = 600_000;
const LOCK_POLL_MS = 200;

const tools = 'org.apache.kafka.tools';
const CLASSES: Readonly<Record<string, string>> = {
  'kafka-acls': `${tools}.AclCommand`,
  'kafka-broker-api-versions': `${tools}.BrokerApiVersionsCommand`,
  'kafka-client-metrics': `${tools}.ClientMetricsCommand`,
  'kafka-cluster': `${tools}.ClusterTool`,
  'kafka-configs': 'kafka.admin.ConfigCommand',
  'kafka-console-consumer': `${tools}.consumer.ConsoleConsumer`,
  'kafka-console-producer': `${tools}.ConsoleProducer`,
  'kafka-console-share-consumer': `${tools}.consumer.ConsoleShareConsumer`,
  'kafka-consumer-groups': `${tools}.consumer.group.ConsumerGroupCommand`,
  'kafka-consumer-perf-test': `${tools}.ConsumerPerformance`,
  'kafka-delete-records': `${tools}.DeleteRecordsCommand`,
  'kafka-dump-log': `${tools}.DumpLogSegments`,
  'kafka-e2e-latency': `${tools}.EndToEndLatency`,
  'kafka-features': `${tools}.FeatureCommand`,
  'kafka-get-offsets': `${tools}.GetOffsetShell`,
  'kafka-groups': `${tools}.GroupsCommand`,
  'kafka-leader-election': `${tools}.LeaderElectionCommand`,
  'kafka-log-dirs': `${tools}.LogDirsCommand`,
  'kafka-metadata-quorum': `${tools}.MetadataQuorumCommand`,
  'kafka-producer-perf-test': `${tools}.ProducerPerformance`,
  'kafka-reassign-partitions': `${tools}.reassign.ReassignPartitionsCommand`,
  'kafka-replica-verification': `${tools}.ReplicaVerificationTool`,
  'kafka-server-start': 'kafka.Kafka',
  'kafka-storage': 'kafka.tools.StorageTool',
  'kafka-streams-application-reset': `${tools}.StreamsResetter`,
  'kafka-topics': `${tools}.TopicCommand`,
  'kafka-transactions': `${tools}.TransactionsCommand`,
  'kafka-verifiable-consumer': `${tools}.VerifiableConsumer`,
  'kafka-verifiable-producer': `${tools}.VerifiableProducer`,
};

/** Quick to start and easy on a small machine; what is measured runs with `kafkaJvmOptions` instead. */
const QUICK_JVM_OPTIONS: readonly string[] = ['-Xmx512M', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

/** What Kafka's own shell scripts give to a JVM. */
export function kafkaJvmOptions(tool: string): string[] {
  const heap = tool === 'kafka-server-start' ? ['-Xmx1G', '-Xms1G'] : [tool.includes('perf') ? '-Xmx512M' : '-Xmx256M'];
  return [
    ...heap,
    '-server',
    '-XX:+UseG1GC',
    '-XX:MaxGCPauseMillis=20',
    '-XX:InitiatingHeapOccupancyPercent=35',
    '-XX:+ExplicitGCInvokesConcurrent',
    '-Djava.awt.headless=true',
  ];
}

/** The jars of Apache Kafka, and the Java that runs them. */
export class ApacheKafka implements Toolset {
  readonly name = 'Apache Kafka';
  private readonly java: string;
  private readonly libs: string;
  private readonly jvmOptions: (tool: string) => readonly string[];

  constructor(java: string, libs: string, jvmOptions: (tool: string) => readonly string[] = () => QUICK_JVM_OPTIONS) {
    this.java = java;
    this.libs = libs;
    this.jvmOptions = jvmOptions;
  }

  /** The same with other options for the JVM. */
  withJvmOptions(jvmOptions: (tool: string) => readonly string[]): ApacheKafka {
    return new ApacheKafka(this.java, this.libs, jvmOptions);
  }

  command(tool: string): string[] {
    const mainClass = CLASSES[tool];
    if (mainClass === undefined) throw new Error(`no class is known for ${tool}`);
    const level = tool === 'kafka-server-start' ? 'info' : 'warn';
    const logging = `-Dorg.slf4j.simpleLogger.defaultLogLevel=${level}`;
    return [this.java, ...this.jvmOptions(tool), logging, '-cp', join(this.libs, '*'), mainClass];
  }

  /** Writes a shell script for each tool, named as Kafka names it, into an empty directory. */
  writeScripts(directory: string): void {
    for (const tool of Object.keys(CLASSES)) {
      const words = this.command(tool).map((word) => `'${word}'`);
      const file = join(directory, `${tool}.sh`);
      writeFileSync(file, `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`);
      chmodSync(file, 0o755);
    }
  }
}

/** Apache Kafka, fetched with Maven when it is used for the first time; or why it cannot be had here. */
export async function findApacheKafka(): Promise<ApacheKafka | { readonly missing: string }> {
  const java = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : onPath('java');
  const version = javaVersion(java);
  if (java === undefined || version < OLDEST_JAVA) {
    const found = version === 0 ? 'none was found' : `found ${version}`;
    return { missing: `Apache Kafka needs Java ${OLDEST_JAVA} or newer; ${found}` };
  }
  const home = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'kafkalite-interop', VERSION);
  if (!isInstalled(home)) {
    if (onPath('mvn') === undefined)
      return { missing: `Apache Kafka's jars are fetched with Maven, and no mvn is on the PATH` };
    const trouble = await locked(`${home}.lock`, () => (isInstalled(home) ? null : install(home)));
    if (trouble !== null) return { missing: `Maven could not fetch Apache Kafka: ${trouble}` };
  }
  return new ApacheKafka(java, join(home, 'libs'));
}

function onPath(program: string): string | undefined {
  const places = (process.env.PATH ?? '').split(delimiter).map((directory) => join(directory, program));
  return places.find((place) => existsSync(place));
}

/** The major version; 0 where there is no Java. */
function javaVersion(java: string | undefined): number {
  if (java === undefined) return 0;
  const { stderr } = spawnSync(java, ['-version'], { encoding: 'utf8' });
  return Number(/version "(\d+)/.exec(stderr ?? '')?.[1] ?? 0);
}

/** Whether these are the jars of this very pom.xml. */
function isInstalled(home: string): boolean {
  const done = join(home, 'pom.xml');
  return existsSync(done) && readFileSync(done).equals(readFileSync(POM));
}

/** Gives Maven's first complaint, or null when all is there. */
async function install(home: string): Promise<string | null> {
  const fresh = `${home}.new`;
  rmSync(fresh, { recursive: true, force: true });
  const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${join(fresh, 'libs')}`];
  const { status, stdout } = await runCommand(['mvn', '-q', '-B', '-f', POM, ...goal], { limitMs: INSTALL_LIMIT_MS });
  if (status !== 0) return stdout.split('\n').find((line) => line.includes('ERROR')) ?? `mvn ended with ${status}`;
  cpSync(POM, join(fresh, 'pom.xml'));
  rmSync(home, { recursive: true, force: true });
  renameSync(fresh, home);
  return null;
}

/** Test files run at the same time, and one of them alone is to fetch. */
async function locked<T>(lock: string, work: () => T | Promise<T>): Promise<T> {
  mkdirSync(join(lock, '..'), { recursive: true });
  while (!takeLock(lock)) await delay(LOCK_POLL_MS);
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function takeLock(lock: string): boolean {
  try {
    const file = openSync(lock, 'wx');
    writeFileSync(file, String(process.pid));
    closeSync(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (!isHeld(lock)) rmSync(lock, { force: true });
    return false;
  }
}

function isHeld(lock: string): boolean {
  try {
    const owner = Number(readFileSync(lock, 'utf8'));
    // Its owner has made the file and not yet written its number.
    if (owner === 0) return true;
    process.kill(owner, 0);
    return true;
  } catch {
    return false;
  }
}
