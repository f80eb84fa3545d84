/** A way to prove who one is. */
export interface SaslMechanism {
  readonly name: string;
  /** Begins anew, for one connection. @throws LoginError */
  begin(): Promise<SaslConversation>;
}

/** What one side says in turn with a broker. */
export interface SaslConversation {
  readonly first: Buffer;
  /**
   * Takes what the broker said.
   * @returns what to say next; null when all is said
   * @throws ConversationError when the broker does not prove what it has to
   */
  answer(challenge: Buffer): Buffer | null;
}

/** The broker's part of the conversation is not what it has to be. */
export class ConversationError extends Error {
  override readonly name = 'ConversationError';
}

/** There is nothing to prove oneself with, as no token could be had. */
export class LoginError extends Error {
  override readonly name = 'LoginError';
}
