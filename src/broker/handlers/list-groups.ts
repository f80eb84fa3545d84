import { KafkaError } from '../../protocol/errors.js';
import { listGroupsApi } from '../../protocol/generated/list-groups.js';
import { listGroups as list } from '../../state/group/describe-groups.js';
import { handler } from '../handler.js';

export const listGroups = handler({
  api: listGroupsApi,
  handle(request, { services }) {
    try {
      return { groups: services.groups.all((machine) => list(machine, request.statesFilter, request.typesFilter)) };
    } catch (error) {
      if (error instanceof KafkaError) return { errorCode: error.code };
      throw error;
    }
  },
});
