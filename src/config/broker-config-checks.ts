import type { BrokerConfig, BrokerKeyName } from './broker-config.js';
import { ConfigException, illegalArgument } from './config-exception.js';
import { checkGroupBounds } from './group-bounds.js';

/** Scala's `require`, with its text. */
function require(condition: boolean, message: string): void {
  if (!condition) throw illegalArgument(`requirement failed: ${message}`);
}

/** Looks at the keys together, as Kafka's server does at start; gives the warnings it logs. @throws ConfigException */
export function checkBrokerConfig(config: BrokerConfig): string[] {
  checkGroupBounds(config);
  if (!config.get('group.coordinator.rebalance.protocols').includes('classic')) {
    throw new ConfigException("Disabling the 'classic' protocol is not supported.");
  }
  if (config.nodeId !== config.get('broker.id')) {
    throw new ConfigException('You must set `node.id` to the same value as `broker.id`.');
  }
  checkLog(config);
  checkReplication(config);
  const warnings = checkRoles(config);
  checkBrokerListeners(config);
  checkSecurityAndSockets(config);
  return warnings;
}

function checkLog(config: BrokerConfig): void {
  require(config.logRollMs >= 1, 'log.roll.ms must be greater than or equal to 1');
  require(config.logRollJitterMs >= 0, 'log.roll.jitter.ms must be greater than or equal to 0');
  const retentionMs = config.logRetentionMs;
  const retentionRule = 'log.retention.ms must be unlimited (-1) or, greater than or equal to 1';
  require(retentionMs >= 1 || retentionMs === -1, retentionRule);
  require(config.logDirs.length > 0, 'At least one log directory must be defined via log.dirs or log.dir.');
  checkCordonedLogDirs(config);
  const dedupeRule = 'log.cleaner.dedupe.buffer.size must be at least 1MB per cleaner thread.';
  const sharePerThread = config.get('log.cleaner.dedupe.buffer.size') / config.get('log.cleaner.threads');
  require(Number.isFinite(sharePerThread) && Math.floor(sharePerThread) > 1024 * 1024, dedupeRule);
}

function checkCordonedLogDirs(config: BrokerConfig): void {
  const cordoned = config.get('cordoned.log.dirs') ?? [];
  if (cordoned.includes('*')) {
    require(cordoned.length === 1, 'When cordoned.log.dirs is set to *, it must not contain other values');
    return;
  }
  const missing = cordoned.filter((dir) => !config.logDirs.includes(dir));
  const rule = 'All entries in cordoned.log.dirs must be present in log.dirs or log.dir.';
  require(missing.length === 0, `${rule} Missing entries : ${missing.join(', ')}`);
}

function checkReplication(config: BrokerConfig): void {
  const fetchWaitMs = config.get('replica.fetch.wait.max.ms');
  require(fetchWaitMs <= config.get('replica.socket.timeout.ms'), 'replica.socket.timeout.ms should always be at ' +
    'least replica.fetch.wait.max.ms to prevent unnecessary socket timeouts');
  require(fetchWaitMs <= config.get('replica.lag.time.max.ms'), 'replica.fetch.wait.max.ms should always be less ' +
    'than or equal to replica.lag.time.max.ms to prevent frequent changes in ISR');
}

const CONTROLLER_NAMES = 'controller.listener.names';

function checkRoles(config: BrokerConfig): string[] {
  if (config.quorumVoters.size === 0 && config.quorumBootstrapServers.length === 0) {
    throw new ConfigException(
      'If using process.roles, either controller.quorum.bootstrap.servers must contain the set of bootstrap ' +
        'controllers or controller.quorum.voters must contain a parseable set of controllers.',
    );
  }
  if (!config.isController()) return checkBrokerOnly(config);
  if (!config.isBroker()) checkControllerOnly(config);
  checkController(config);
  return [];
}

function voterSet(config: BrokerConfig): string {
  return `controller.quorum.voters=Set(${[...config.quorumVoters.keys()].join(', ')})`;
}

function checkBrokerOnly(config: BrokerConfig): string[] {
  const names = config.get(CONTROLLER_NAMES);
  require(!config.quorumVoters.has(
    config.nodeId,
  ), `If process.roles contains just the 'broker' role, the node id ${config.nodeId} must not be included in the set ` +
    `of voters ${voterSet(config)}`);
  require(config.controllerListeners.length ===
    0, `${CONTROLLER_NAMES} must not contain a value appearing in the 'listeners' configuration when running KRaft with ` +
    'just the broker role');
  for (const name of names) {
    if (config.protocolMap.has(name.toUpperCase())) continue;
    throw new ConfigException(
      `Controller listener with name ${name.toUpperCase()} defined in ${CONTROLLER_NAMES} not found in ` +
        'listener.security.protocol.map  (an explicit security mapping for each controller listener is required if ' +
        'listener.security.protocol.map is non-empty, or if there are security protocols other than PLAINTEXT in use)',
    );
  }
  require(!config.get(
    'controller.quorum.auto.join.enable',
  ), "controller.quorum.auto.join.enable is only supported when process.roles contains the 'controller' role.");
  return brokerOnlyWarnings(config, names);
}

function brokerOnlyWarnings(config: BrokerConfig, controllerNames: readonly string[]): string[] {
  const warnings: string[] = [];
  if (controllerNames.length > 1) {
    warnings.push(
      `${CONTROLLER_NAMES} has multiple entries; only the first will be used since process.roles=broker: ` +
        `[${controllerNames.join(', ')}]`,
    );
  }
  for (const name of ['num.partitions', 'default.replication.factor'] satisfies BrokerKeyName[]) {
    if (!config.isSet(name)) continue;
    const advice = `Please set ${name} in the controller role instead.`;
    warnings.push(`${name} is defined in the broker role. This configuration will be ignored in 5.0. ${advice}`);
  }
  return warnings;
}

function checkControllerOnly(config: BrokerConfig): void {
  require(config.advertisedControllerListeners.length ===
    config.listeners
      .length, `The listeners config must only contain KRaft controller listeners from ${CONTROLLER_NAMES} when ` +
    'process.roles=controller');
}

function checkController(config: BrokerConfig): void {
  const names = config.get(CONTROLLER_NAMES);
  require(config.quorumVoters.size === 0 ||
    config.quorumVoters.has(
      config.nodeId,
    ), `If process.roles contains the 'controller' role, the node id ${config.nodeId} must be included in the set of ` +
    `voters ${voterSet(config)}`);
  const when = 'when running the KRaft controller role';
  require(config.advertisedControllerListeners.length >
    0, `${CONTROLLER_NAMES} must contain at least one value appearing in the 'listeners' configuration ${when}`);
  require(names.every((name) =>
    config.listeners.some(({ listener }) => listener === name),
  ), `${CONTROLLER_NAMES} must only contain values appearing in the 'listeners' configuration ${when}`);
  require(config.isBroker() ||
    !names.includes(
      config.get('inter.broker.listener.name') ?? '',
    ), `${CONTROLLER_NAMES} must not contain an explicitly set inter.broker.listener.name configuration value when ` +
    "process.roles=controller'");
}

function checkBrokerListeners(config: BrokerConfig): void {
  const advertised = config.advertisedBrokerListeners.map(({ listener }) => listener);
  if (config.isBroker()) {
    require(advertised.length >
      0, 'There must be at least one broker advertised listener. Perhaps all listeners appear in ' +
      `${CONTROLLER_NAMES}?`);
    require(advertised.includes(
      config.interBroker.listener,
    ), 'inter.broker.listener.name must be a listener name defined in advertised.listeners. The valid options based ' +
      `on currently configured listeners are ${advertised.join(',')}`);
    const names = config.listeners.map(({ listener }) => listener);
    require(advertised.every((name) =>
      names.includes(name),
    ), 'advertised.listeners listener names must be equal to or a subset of the ones defined in listeners. Found ' +
      `${advertised.join(',')}. The valid options based on the current configuration are ${names.join(',')}`);
  }
  const routable = [...config.advertisedBrokerListeners, ...config.advertisedControllerListeners].every(
    ({ host }) => host !== '0.0.0.0',
  );
  const rule = 'advertised.listeners cannot use the nonroutable meta-address 0.0.0.0.';
  require(routable, `${rule} Use a routable IP address.`);
}

const VALID_HOST = /^(?:[0-9a-zA-Z\-%._:]*)$/;

function checkSecurityAndSockets(config: BrokerConfig): void {
  const mechanism = config.get('sasl.mechanism.inter.broker.protocol');
  const enabled = config.forListener(config.interBroker.listener).get('sasl.enabled.mechanisms');
  require(!config.interBroker.securityProtocol.startsWith('SASL_') ||
    enabled.includes(
      mechanism,
    ), 'sasl.mechanism.inter.broker.protocol must be included in sasl.enabled.mechanisms when SASL is used for ' +
    'inter-broker communication');
  const queuedBytes = config.get('queued.max.request.bytes');
  require(queuedBytes <= 0 ||
    queuedBytes >=
      config.get(
        'socket.request.max.bytes',
      ), 'queued.max.request.bytes must be larger or equal to socket.request.max.bytes');
  const overrides = config.maxConnectionsPerIpOverrides();
  require(config.get('max.connections.per.ip') !== 0 ||
    overrides.size >
      0, 'max.connections.per.ip can be set to zero only if max.connections.per.ip.overrides property is set.');
  const wrong = [...overrides.keys()].filter((host) => !VALID_HOST.test(host));
  if (wrong.length > 0) {
    throw illegalArgument(`max.connections.per.ip.overrides contains invalid addresses : ${wrong.join(',')}`);
  }
  const idleMs = config.get('connections.max.idle.ms');
  const delayMs = config.get('connection.failed.authentication.delay.ms');
  require(idleMs < 0 ||
    delayMs < idleMs, `connection.failed.authentication.delay.ms=${delayMs} should always be less than ` +
    `connections.max.idle.ms=${idleMs} to prevent failed authentication responses from timing out`);
}
