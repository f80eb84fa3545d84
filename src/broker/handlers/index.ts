import type { AnyHandler } from '../handler.js';
import { addOffsetsToTxn } from './add-offsets-to-txn.js';
import { addPartitionsToTxn } from './add-partitions-to-txn.js';
import { addRaftVoter } from './add-raft-voter.js';
import { alterClientQuotas } from './alter-client-quotas.js';
import { alterConfigs, alterConfigsOfController } from './alter-configs.js';
import { alterPartitionReassignments } from './alter-partition-reassignments.js';
import { alterReplicaLogDirs } from './alter-replica-log-dirs.js';
import { alterShareGroupOffsets } from './alter-share-group-offsets.js';
import { alterUserScramCredentials } from './alter-user-scram-credentials.js';
import { apiVersions } from './api-versions.js';
import { consumerGroupDescribe } from './consumer-group-describe.js';
import { consumerGroupHeartbeat } from './consumer-group-heartbeat.js';
import { createAcls } from './create-acls.js';
import { createDelegationToken } from './create-delegation-token.js';
import { createPartitions } from './create-partitions.js';
import { createTopics } from './create-topics.js';
import { deleteAcls } from './delete-acls.js';
import { deleteGroups } from './delete-groups.js';
import { deleteRecords } from './delete-records.js';
import { deleteShareGroupOffsets } from './delete-share-group-offsets.js';
import { deleteShareGroupState } from './delete-share-group-state.js';
import { deleteTopics } from './delete-topics.js';
import { describeAcls } from './describe-acls.js';
import { describeClientQuotas } from './describe-client-quotas.js';
import { describeCluster, describeControllers } from './describe-cluster.js';
import { describeConfigs } from './describe-configs.js';
import { describeDelegationToken, describeDelegationTokenOfController } from './describe-delegation-token.js';
import { describeGroups } from './describe-groups.js';
import { describeLogDirs } from './describe-log-dirs.js';
import { describeProducers } from './describe-producers.js';
import { describeQuorum } from './describe-quorum.js';
import { describeShareGroupOffsets } from './describe-share-group-offsets.js';
import { describeTopicPartitions } from './describe-topic-partitions.js';
import { describeTransactions } from './describe-transactions.js';
import { describeUserScramCredentials } from './describe-user-scram-credentials.js';
import { electLeaders } from './elect-leaders.js';
import { endTxn } from './end-txn.js';
import { expireDelegationToken } from './expire-delegation-token.js';
import { fetch } from './fetch.js';
import { findCoordinator } from './find-coordinator.js';
import { getTelemetrySubscriptions } from './get-telemetry-subscriptions.js';
import { heartbeat } from './heartbeat.js';
import { incrementalAlterConfigs, incrementalAlterConfigsOfController } from './incremental-alter-configs.js';
import { initProducerId } from './init-producer-id.js';
import { initializeShareGroupState } from './initialize-share-group-state.js';
import { joinGroup } from './join-group.js';
import { leaveGroup } from './leave-group.js';
import { listConfigResources } from './list-config-resources.js';
import { listGroups } from './list-groups.js';
import { listOffsets } from './list-offsets.js';
import { listPartitionReassignments } from './list-partition-reassignments.js';
import { listTransactions } from './list-transactions.js';
import { metadata } from './metadata.js';
import { offsetCommit } from './offset-commit.js';
import { offsetDelete } from './offset-delete.js';
import { offsetFetch } from './offset-fetch.js';
import { offsetForLeaderEpoch } from './offset-for-leader-epoch.js';
import { produce } from './produce.js';
import { pushTelemetry } from './push-telemetry.js';
import { readShareGroupState } from './read-share-group-state.js';
import { readShareGroupStateSummary } from './read-share-group-state-summary.js';
import { removeRaftVoter } from './remove-raft-voter.js';
import { renewDelegationToken } from './renew-delegation-token.js';
import { saslAuthenticate } from './sasl-authenticate.js';
import { saslHandshake } from './sasl-handshake.js';
import { shareAcknowledge } from './share-acknowledge.js';
import { shareFetch } from './share-fetch.js';
import { shareGroupDescribe } from './share-group-describe.js';
import { shareGroupHeartbeat } from './share-group-heartbeat.js';
import { streamsGroupDescribe } from './streams-group-describe.js';
import { streamsGroupHeartbeat } from './streams-group-heartbeat.js';
import { syncGroup } from './sync-group.js';
import { txnOffsetCommit } from './txn-offset-commit.js';
import { unregisterBroker } from './unregister-broker.js';
import { updateFeatures } from './update-features.js';
import { writeShareGroupState } from './write-share-group-state.js';
import { writeTxnMarkers } from './write-txn-markers.js';

/** What a listener for clients and brokers offers; ApiVersions is derived from it. */
export const BROKER_HANDLERS: readonly AnyHandler[] = [
  produce,
  fetch,
  listOffsets,
  metadata,
  findCoordinator,
  apiVersions,
  createTopics,
  deleteTopics,
  deleteRecords,
  initProducerId,
  offsetForLeaderEpoch,
  describeConfigs,
  alterConfigs,
  alterReplicaLogDirs,
  describeLogDirs,
  createPartitions,
  incrementalAlterConfigs,
  describeCluster,
  describeTopicPartitions,
  joinGroup,
  syncGroup,
  heartbeat,
  leaveGroup,
  offsetCommit,
  offsetFetch,
  offsetDelete,
  listGroups,
  describeGroups,
  deleteGroups,
  consumerGroupHeartbeat,
  consumerGroupDescribe,
  shareGroupHeartbeat,
  streamsGroupHeartbeat,
  streamsGroupDescribe,
  shareGroupDescribe,
  describeShareGroupOffsets,
  alterShareGroupOffsets,
  deleteShareGroupOffsets,
  addPartitionsToTxn,
  addOffsetsToTxn,
  txnOffsetCommit,
  endTxn,
  writeTxnMarkers,
  describeTransactions,
  listTransactions,
  describeProducers,
  alterClientQuotas,
  alterPartitionReassignments,
  alterUserScramCredentials,
  describeClientQuotas,
  describeQuorum,
  describeUserScramCredentials,
  electLeaders,
  listConfigResources,
  listPartitionReassignments,
  unregisterBroker,
  updateFeatures,
  addRaftVoter,
  removeRaftVoter,
  getTelemetrySubscriptions,
  pushTelemetry,
  initializeShareGroupState,
  readShareGroupState,
  writeShareGroupState,
  deleteShareGroupState,
  readShareGroupStateSummary,
  saslHandshake,
  saslAuthenticate,
  describeAcls,
  createAcls,
  deleteAcls,
  createDelegationToken,
  renewDelegationToken,
  expireDelegationToken,
  describeDelegationToken,
  shareFetch,
  shareAcknowledge,
];

/** What a controller listener offers. */
export const CONTROLLER_HANDLERS: readonly AnyHandler[] = [
  apiVersions,
  createTopics,
  deleteTopics,
  createPartitions,
  describeConfigs,
  alterConfigsOfController,
  incrementalAlterConfigsOfController,
  describeControllers,
  describeQuorum,
  electLeaders,
  alterPartitionReassignments,
  listPartitionReassignments,
  alterClientQuotas,
  describeUserScramCredentials,
  alterUserScramCredentials,
  updateFeatures,
  unregisterBroker,
  addRaftVoter,
  removeRaftVoter,
  saslHandshake,
  saslAuthenticate,
  describeAcls,
  createAcls,
  deleteAcls,
  createDelegationToken,
  renewDelegationToken,
  expireDelegationToken,
  describeDelegationTokenOfController,
];
