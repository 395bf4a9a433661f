/** Who sent the message. */
export interface Caller {
  /** Textual principal. */
  readonly principal: string;
  /** Asked only where nothing else decides: the answer is a system call. */
  isController(): boolean;
}
