import { ZERO_UUID } from '../../base/bytes.js';
import type { Timer } from '../../base/host.js';
import type { Init } from '../../protocol/codec-runtime.js';
import { errorCode } from '../../protocol/errors.js';
import {
  type FetchableTopicResponse,
  type FetchRequest,
  type FetchResponse,
  fetchApi,
} from '../../protocol/generated/fetch.js';
import type { FetchedPartition, FetchPlan } from '../../state/fetch/fetch-sessions.js';
import { type FetchedData, readPartitions } from '../fetch-reads.js';
import { handler, type RequestContext } from '../handler.js';

const FIRST_VERSION_WITH_TOPIC_IDS = 13;

export const fetch = handler({
  api: fetchApi,
  handle(request, context) {
    const { services, version } = context;
    const usesTopicIds = version >= FIRST_VERSION_WITH_TOPIC_IDS;
    const plan = services.fetchSessions.resolve(
      {
        sessionId: request.sessionId,
        sessionEpoch: request.sessionEpoch,
        usesTopicIds,
        partitions: partitionsOf(request),
        forgotten: request.forgottenTopicsData.flatMap(({ topic, topicId, partitions }) =>
          partitions.map((partition) => ({ topic, topicId, partition })),
        ),
      },
      services.clock.nowMs(),
      () => services.random.bytes(4).readUInt32BE(0) >>> 1 || 1,
    );
    if (typeof plan === 'string') return { errorCode: errorCode(plan) };
    return new Poll(request, plan, context).run();
  },
});

function partitionsOf(request: FetchRequest): FetchedPartition[] {
  return request.topics.flatMap(({ topic, topicId, partitions }) =>
    partitions.map((partition) => ({
      topic,
      topicId,
      partition: partition.partition,
      currentLeaderEpoch: partition.currentLeaderEpoch,
      fetchOffset: partition.fetchOffset,
      lastFetchedEpoch: partition.lastFetchedEpoch,
      maxBytes: partition.partitionMaxBytes,
    })),
  );
}

/** One fetch, which may wait for enough bytes (min bytes, max wait) and then reads again. */
class Poll {
  private readonly request: FetchRequest;
  private readonly plan: FetchPlan;
  private readonly context: RequestContext;

  constructor(request: FetchRequest, plan: FetchPlan, context: RequestContext) {
    this.request = request;
    this.plan = plan;
    this.context = context;
  }

  run(): Init<FetchResponse> | Promise<Init<FetchResponse>> {
    const data = this.read();
    return data instanceof Promise ? data.then((later) => this.answerOrWait(later)) : this.answerOrWait(data);
  }

  private read(): FetchedData[] | Promise<FetchedData[]> {
    const { request, context } = this;
    return readPartitions(this.plan.partitions, context, {
      maxBytes: Math.min(request.maxBytes, context.services.settings.fetchMaxBytes),
      isolationLevel: request.isolationLevel,
    });
  }

  private answerOrWait(data: FetchedData[]): Init<FetchResponse> | Promise<Init<FetchResponse>> {
    let sizeBytes = 0;
    let failed = false;
    for (const { response, diverges } of data) {
      sizeBytes += response.records?.length ?? 0;
      failed ||= response.errorCode !== 0 || diverges;
    }
    const enough = sizeBytes >= this.request.minBytes || failed;
    if (enough || this.request.maxWaitMs <= 0 || data.length === 0) return this.respond(data);
    return this.wait(this.request.minBytes - sizeBytes)
      .then(() => this.read())
      .then((later) => this.respond(later));
  }

  /** Until so many more bytes came in, something else happened to a partition, or the time is up. */
  private wait(missingBytes: number): Promise<void> {
    const { services } = this.context;
    const { fetchWaiters } = services.partitions;
    return new Promise((resolve) => {
      let missing = missingBytes;
      let timer: Timer | null = null;
      const done = (): void => {
        if (!fetchWaiters.remove(waiter)) return;
        timer?.cancel();
        resolve();
      };
      const waiter = {
        arrived: (sizeBytes: number): void => {
          missing -= sizeBytes;
          if (missing <= 0) done();
        },
        lookAgain: done,
      };
      const keys = this.plan.partitions.map(
        (partition) => `${topicName(partition, this.context)}-${partition.partition}`,
      );
      fetchWaiters.add(waiter, keys);
      timer = services.clock.setTimer(this.request.maxWaitMs, done);
    });
  }

  private respond(data: readonly FetchedData[]): Init<FetchResponse> {
    const topics = new Map<string, Init<FetchableTopicResponse> & { partitions: FetchedData['response'][] }>();
    for (const { partition, response } of data) {
      const news = {
        hasRecords: (response.records?.length ?? 0) > 0,
        hasError: response.errorCode !== 0,
        highWatermark: response.highWatermark ?? -1,
        logStartOffset: response.logStartOffset ?? -1,
      };
      if (!this.context.services.fetchSessions.note(this.plan, partition, news)) continue;
      const key = partition.topic + partition.topicId;
      const topic = topics.get(key);
      if (topic !== undefined) topic.partitions.push(response);
      else topics.set(key, { topic: partition.topic, topicId: partition.topicId, partitions: [response] });
    }
    return { sessionId: this.plan.session?.id ?? 0, responses: [...topics.values()] };
  }
}

function topicName(partition: FetchedPartition, { services }: RequestContext): string {
  if (partition.topicId === ZERO_UUID) return partition.topic;
  return services.metadata.image.topicsById.get(partition.topicId)?.name ?? '';
}
