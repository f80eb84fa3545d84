/**
 * Cuts a stream of bytes into frames of an int32 length and that many bytes. Memory is taken for bytes that have come,
 * never for a length that was claimed.
 */
export class FrameCutter {
  private readonly limitBytes: number;
  private chunks: Buffer[] = [];
  private bufferedBytes = 0;
  /** Of the frame that is being received; -1 while the length itself is not there yet. */
  private frameBytes = -1;

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
  }

  /**
   * Takes the next bytes and gives the frames that are whole now, without their lengths.
   * @throws FrameSizeError as soon as a length is seen that no frame can have; nothing after it can be read.
   */
  push(chunk: Buffer): Buffer[] {
    this.chunks.push(chunk);
    this.bufferedBytes += chunk.length;
    const frames: Buffer[] = [];
    for (;;) {
      if (this.frameBytes < 0) {
        if (this.bufferedBytes < 4) break;
        this.frameBytes = this.checked(this.take(4).readInt32BE(0));
      }
      if (this.bufferedBytes < this.frameBytes) break;
      frames.push(this.take(this.frameBytes));
      this.frameBytes = -1;
    }
    return frames;
  }

  private checked(length: number): number {
    if (length > 0 && length <= this.limitBytes) return length;
    throw new FrameSizeError(
      length > this.limitBytes
        ? `a request of ${length} bytes is larger than socket.request.max.bytes (${this.limitBytes})`
        : `a request of ${length} bytes`,
    );
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
    const frame = Buffer.allocUnsafe(sizeBytes);
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

export class FrameSizeError extends Error {
  override readonly name = 'FrameSizeError';
}
