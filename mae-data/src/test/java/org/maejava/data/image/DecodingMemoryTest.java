package org.maejava.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.maejava.data.image.ImageHeader.Format;

class DecodingMemoryTest {

  private static final int SIDE = 1000;
  private static final ImageHeader PNG = new ImageHeader(Format.PNG, SIDE, SIDE);
  private static final ImageHeader JPEG = new ImageHeader(Format.JPEG, SIDE, SIDE);
  private static final Box WHOLE = Box.whole(SIDE, SIDE);

  @Test
  void whatNeverFitsIsRefusedWithTheFigures() {
    var memory = new DecodingMemory(6_900_000);
    assertThatThrownBy(() -> memory.hold(PNG, WHOLE))
        .isInstanceOf(UnreadableImageException.class)
        .hasMessageContaining("1000 x 1000 pixels takes about 6 MB")
        .hasMessageContaining("-Xmx");
  }

  @Test
  void aSmallPartOfAHugeJpegTakesLittle() throws UnreadableImageException {
    var memory = new DecodingMemory(1_000_000);
    assertThatThrownBy(() -> memory.hold(JPEG, WHOLE)).isInstanceOf(Exception.class);
    memory.hold(JPEG, new Box(0, 0, 100, 100)).close();
  }

  /** Three threads, memory for two of them: never more than two at once, and all get their turn. */
  @Test
  @Timeout(60)
  void threadsWaitForEachOther() throws InterruptedException {
    var memory = new DecodingMemory(15_000_000);
    var inside = new AtomicInteger();
    var most = new AtomicInteger();
    var done = new CountDownLatch(3);
    for (int i = 0; i < 3; i++) {
      new Thread(
              () -> {
                for (int turn = 0; turn < 200; turn++) {
                  try (var held = memory.hold(PNG, WHOLE)) {
                    assertThat(held).isNotNull();
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    Thread.onSpinWait();
                    inside.decrementAndGet();
                  } catch (UnreadableImageException e) {
                    throw new AssertionError(e);
                  }
                }
                done.countDown();
              })
          .start();
    }
    assertThat(done.await(50, TimeUnit.SECONDS)).isTrue();
    assertThat(most.get()).isBetween(1, 2);
  }
}
