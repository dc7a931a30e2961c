package org.maejava.data.image;

import java.util.concurrent.Semaphore;

/**
 * The part of Java's heap that images are decoded in, shared by all threads of the process: who
 * does not find enough of it waits until others have done. So a few huge images among many threads
 * cost time and no memory, and one that would never fit is refused by itself.
 */
public final class DecodingMemory {

  private static final int UNIT = 1024;

  /** Half of the heap: the rest is for what was decoded, batches and everything else. */
  private static final DecodingMemory OF_PROCESS =
      new DecodingMemory(Runtime.getRuntime().maxMemory() / 2);

  private final long limit;
  private final Semaphore units;

  /** So many bytes. */
  DecodingMemory(long bytes) {
    limit = bytes;
    units = new Semaphore(units(bytes), true);
  }

  /** That of this process. */
  public static DecodingMemory ofProcess() {
    return OF_PROCESS;
  }

  /** Held memory; closing gives it back. */
  public final class Held implements AutoCloseable {
    private final int held;

    private Held(int held) {
      this.held = held;
    }

    @Override
    public void close() {
      units.release(held);
    }
  }

  /**
   * Waits for the memory that pixels take. Not while any is held: two who wait for each other's
   * would wait for ever.
   *
   * @param header what is decoded
   * @param box of it that is needed; of a JPEG only that is decoded
   * @throws UnreadableImageException if there will never be enough
   */
  public Held hold(ImageHeader header, Box box) throws UnreadableImageException {
    long bytes = header.decodingBytes(box);
    ImageHeader.require(
        bytes <= limit,
        "decoding its %s x %s pixels takes about %s MB; %s MB are for that, half of Java's heap (-Xmx)",
        header.width(),
        header.height(),
        bytes >> 20,
        limit >> 20);
    int wanted = units(bytes);
    units.acquireUninterruptibly(wanted);
    return new Held(wanted);
  }

  private static int units(long bytes) {
    return (int) Math.min(Integer.MAX_VALUE, bytes / UNIT);
  }
}
