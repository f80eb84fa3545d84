const LENGTH_BYTES = 4;

/** The length that the first four bytes of a frame give; throws for one that no frame can have. */
type LengthCheck = (bytes: Buffer) => number;

/**
 * Cuts a stream of bytes into frames of an int32 length and that many bytes. Memory is taken for bytes that have come,
 * never for a length that was claimed.
 */
export class FrameCutter {
  private readonly lengthOf: LengthCheck;
  private readonly allocate: (sizeBytes: number) => Buffer;
  private chunks: Buffer[] = [];
  private bufferedBytes = 0;
  /** Of the frame that is being received; -1 while the length itself is not there yet. */
  private frameBytes = -1;

  /** @param allocate memory for frames that came in pieces */
  constructor(lengthOf: LengthCheck, allocate = (sizeBytes: number): Buffer => Buffer.allocUnsafe(sizeBytes)) {
    this.lengthOf = lengthOf;
    this.allocate = allocate;
  }

  /**
   * Takes the next bytes and gives the frames that are whole now, without their lengths.
   * @throws what the check throws, as soon as a length is there; nothing after it can be read.
   */
  push(chunk: Buffer): Buffer[] {
    this.chunks.push(chunk);
    this.bufferedBytes += chunk.length;
    const frames: Buffer[] = [];
    for (;;) {
      if (this.frameBytes < 0) {
        if (this.bufferedBytes < LENGTH_BYTES) break;
        this.frameBytes = this.lengthOf(this.take(LENGTH_BYTES));
      }
      if (this.bufferedBytes < this.frameBytes) break;
      frames.push(this.take(this.frameBytes));
      this.frameBytes = -1;
    }
    return frames;
  }

  private take(sizeBytes: number): Buffer {
    this.bufferedBytes -= sizeBytes;
    const first = this.chunks[0] as Buffer;
    if (first.length > sizeBytes) {
      this.chunks[0] = first.subarray(sizeBytes);
      return first.subarray(0, sizeBytes);
    }
    if (first.length === sizeBytes) {
      this.chunks.shift();
      return first;
    }
    return this.gather(sizeBytes);
  }

  private gather(sizeBytes: number): Buffer {
    const frame = this.allocate(sizeBytes);
    let filled = 0;
    let used = 0;
    while (filled < sizeBytes) {
      const chunk = this.chunks[used] as Buffer;
      const wanted = sizeBytes - filled;
      if (chunk.length > wanted) {
        chunk.copy(frame, filled, 0, wanted);
        this.chunks[used] = chunk.subarray(wanted);
        filled = sizeBytes;
      } else {
        chunk.copy(frame, filled);
        filled += chunk.length;
        used++;
      }
    }
    this.chunks.splice(0, used);
    return frame;
  }
}
