import { KafkaError } from '../../protocol/errors.js';
import { describeClientQuotasApi } from '../../protocol/generated/describe-client-quotas.js';
import { describeQuotas } from '../../state/metadata/describe-quotas.js';
import { handler } from '../handler.js';

export const describeClientQuotas = handler({
  api: describeClientQuotasApi,
  handle(request, { services }) {
    try {
      return { entries: describeQuotas(request, services.metadata.image) };
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error;
      return { errorCode: error.code, errorMessage: error.message, entries: null };
    }
  },
});
