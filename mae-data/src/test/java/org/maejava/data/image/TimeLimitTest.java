package org.maejava.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.maejava.data.Pictures;
import org.maejava.data.RecipeText;
import org.maejava.proto.DataConfig;

@DisplayName("The clock on decoding")
@Timeout(60)
class TimeLimitTest {

  private static final String TOO_LONG = "decoding it takes longer than 0.001 seconds";

  private static Decoder hasty() {
    var recipe = RecipeText.of("image_limits { max_seconds: 0.001 }", DataConfig.class);
    return new Decoder(3, Decoding.of(recipe));
  }

  /** Native and Java's readers alike; what goes on behind does not hold up the end. */
  @Test
  void givesUpImagesOfEveryReaderAndCanBeClosed() {
    var large = Pictures.picture(3000, 2000, BufferedImage.TYPE_INT_RGB, 1);
    for (var format : new String[] {"png", "jpg", "tif"}) {
      var file = Pictures.encoded(large, format);
      try (var decoder = hasty()) {
        assertThatThrownBy(() -> decoder.decode(file))
            .as(format)
            .isInstanceOf(UnreadableImageException.class)
            .hasMessage(TOO_LONG);
      }
    }
  }

  /** What is interrupted hears of it; what does not listen is known to go on. */
  @Test
  void knowsWhatGoesOn() throws Exception {
    var limit = new TimeLimit(Duration.ofMillis(1));
    var ended = new CountDownLatch(1);
    giveUpOnceBegun(
        limit,
        () -> {
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            ended.countDown();
          }
        });
    ended.await();

    assertThat(limit.end()).isTrue();

    var stubborn = new TimeLimit(Duration.ofMillis(1));
    var release = new CountDownLatch(1);
    giveUpOnceBegun(
        stubborn,
        () -> {
          while (release.getCount() > 0) {
            Thread.onSpinWait();
          }
        });
    assertThat(stubborn.end()).isFalse();
    release.countDown();
    while (!stubborn.end()) {
      Thread.onSpinWait();
    }
  }

  /** On a busy machine the time may be over before the work begins, which then never does. */
  private static void giveUpOnceBegun(TimeLimit limit, Runnable work) {
    var begun = new AtomicBoolean();
    do {
      assertThatThrownBy(
              () ->
                  limit.of(
                      () -> {
                        begun.set(true);
                        work.run();
                        return "nothing";
                      }))
          .hasMessage(TOO_LONG);
    } while (!begun.get());
  }

  @Test
  void passesOnResultsAndErrors() throws Exception {
    var limit = new TimeLimit(Duration.ofMinutes(1));
    assertThat(limit.of(() -> "it")).isEqualTo("it");
    var reason = new UnreadableImageException("broken");
    assertThatThrownBy(
            () ->
                limit.of(
                    () -> {
                      throw reason;
                    }))
        .isSameAs(reason);
    assertThatThrownBy(
            () ->
                limit.of(
                    () -> {
                      throw new OutOfMemoryError("heap");
                    }))
        .isInstanceOf(OutOfMemoryError.class);
    assertThat(limit.end()).isTrue();
  }
}
