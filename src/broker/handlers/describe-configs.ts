import type { Init } from '../../protocol/codec-runtime.js';
import { KafkaError } from '../../protocol/errors.js';
import {
  type DescribeConfigsResource,
  type DescribeConfigsResult,
  describeConfigsApi,
} from '../../protocol/generated/describe-configs.js';
import { BROKER_LOGGER } from '../broker-loggers.js';
import { handler, type RequestContext } from '../handler.js';

export const describeConfigs = handler({
  api: describeConfigsApi,
  handle: (request, context) => ({
    results: request.resources.map((resource) =>
      describe(resource, { synonyms: request.includeSynonyms, documentation: request.includeDocumentation }, context),
    ),
  }),
});

function describe(
  { resourceType, resourceName, configurationKeys }: DescribeConfigsResource,
  shows: { readonly synonyms: boolean; readonly documentation: boolean },
  { services }: RequestContext,
): Init<DescribeConfigsResult> {
  // An empty list of keys asks for all of them, as no list does (KAFKA-9218).
  const names = configurationKeys === null || configurationKeys.length === 0 ? null : configurationKeys;
  try {
    const { image } = services.metadata;
    const wanted = names === null ? null : new Set(names);
    if (resourceType === BROKER_LOGGER) {
      return { resourceType, resourceName, configs: services.loggers.describe(resourceName, wanted) };
    }
    const configs = services.configs.describe(resourceType, resourceName, names, shows, image);
    return { resourceType, resourceName, configs };
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error;
    return { resourceType, resourceName, errorCode: error.code, errorMessage: error.message };
  }
}
