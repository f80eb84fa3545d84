/** Of a response: what a member is told beside its tasks. */
export const STATUS = {
  staleTopology: 0,
  missingSourceTopics: 1,
  incorrectlyPartitionedTopics: 2,
  missingInternalTopics: 3,
  shutdownApplication: 4,
  assignmentDelayed: 5,
} as const;

export interface Status {
  readonly statusCode: number;
  readonly statusDetail: string;
}

/** The topics that are there do not fit the topology: nobody gets tasks until they do. */
export class TopicProblem extends Error {
  readonly status: Status;

  constructor(statusCode: number, statusDetail: string) {
    super(statusDetail);
    this.status = { statusCode, statusDetail };
  }
}

export const incorrectlyPartitioned = (detail: string): TopicProblem =>
  new TopicProblem(STATUS.incorrectlyPartitionedTopics, detail);
