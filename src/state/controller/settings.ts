import type { Context } from '../../base/machine.js';
import type { CreatableTopicConfigs } from '../../protocol/generated/create-topics.js';
import type { MetadataImage } from '../metadata/image.js';

/** What the controller takes from the node's configuration and from the tables of config keys. */
export interface ControllerSettings {
  readonly nodeId: number;
  readonly numPartitions: number;
  readonly defaultReplicationFactor: number;
  readonly deleteTopicEnabled: boolean;
  /** min.insync.replicas of a topic; of an empty name, what holds without one. */
  minInsyncReplicas(topic: string, image: MetadataImage): number;
  /** unclean.leader.election.enable of a topic. */
  electsUncleanly(topic: string, image: MetadataImage): boolean;
  /** Whether a text names an address that a quota can be for. */
  isAddress(text: string): boolean;
  /** Of the quorum that keeps the metadata log: 0 static, 1 dynamic (KIP-853). */
  kraftVersion(): number;
  /** What is wrong with these configs of a resource, or null. */
  configProblem(resourceType: number, resourceName: string, configs: ReadonlyMap<string, string>): string | null;
  /** Kafka's default of a key that takes a list, and so can be appended to; null for any other key. */
  defaultList(resourceType: number, name: string): string | null;
  /** Every config of a topic with these overrides, as CreateTopics returns them: in the order of their names. */
  effectiveTopicConfigs(overrides: ReadonlyMap<string, string>, image: MetadataImage): CreatableTopicConfigs[];
}

/** `image` is the controller's own: everything that it has decided so far. */
export type ControllerContext = Context<MetadataImage> & { readonly settings: ControllerSettings };
