export const OFFSETS_TOPIC = '__consumer_offsets';
export const TRANSACTIONS_TOPIC = '__transaction_state';
export const SHARE_STATE_TOPIC = '__share_group_state';

const INTERNAL = new Set([OFFSETS_TOPIC, TRANSACTIONS_TOPIC, SHARE_STATE_TOPIC]);

/** Whether the topic belongs to a coordinator: clients do not produce to it. */
export const isInternalTopic = (name: string): boolean => INTERNAL.has(name);
