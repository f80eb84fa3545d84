const SUFFIXES = ['-changelog', '-repartition', '-subscription-registration-topic', '-subscription-response-topic'];
const FOREIGN_KEY_JOIN = /^.+-KTABLE-FK-JOIN-SUBSCRIPTION-(?:REGISTRATION|RESPONSE)-\d+-topic$/;

/** Whether a topic has a name such as Kafka Streams gives to the topics that it makes for an application. */
export function isInternalTopic(topic: string, applicationId: string): boolean {
  if (!topic.startsWith(`${applicationId}-`)) return false;
  return SUFFIXES.some((suffix) => topic.endsWith(suffix)) || FOREIGN_KEY_JOIN.test(topic);
}
