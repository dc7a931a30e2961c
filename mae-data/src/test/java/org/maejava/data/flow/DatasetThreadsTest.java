package org.maejava.data.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.maejava.data.flow.Dataset.Mapping;
import org.maejava.data.flow.Dataset.Remainder;
import org.maejava.data.source.DataException;

/** What the threads behind a pass do when something fails, and when it is closed. */
class DatasetThreadsTest {

  private static final int SIZE = 23;

  @AfterEach
  void noThreadOutlivesItsCursor() {
    assertThat(DataThreads.alive()).isEmpty();
  }

  @Test
  void whatAWorkerThrowsReachesTheConsumerWithItsCause() {
    var failing =
        Dataset.of(new Numbered(SIZE, 1))
            .map(
                place -> {
                  if (place.address().index() == 9) {
                    throw new AssertionError("number nine");
                  }
                  return place.address().index();
                },
                2)
            .prefetch(2);
    try (var cursor = failing.open()) {
      for (int i = 0; i < 9; i++) {
        assertThat(cursor.next()).isEqualTo(i);
      }
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(cursor::next)
            .isInstanceOf(IllegalStateException.class)
            .cause()
            .isInstanceOf(AssertionError.class)
            .hasMessage("number nine");
      }
    }
  }

  @Test
  void aDataExceptionCrossesThreadsAsOne() {
    var failing =
        Dataset.of(new Numbered(SIZE, 1))
            .map(
                place -> {
                  throw new DataException("repair it");
                },
                1)
            .prefetch(1);
    try (var cursor = failing.open()) {
      assertThatThrownBy(cursor::next).isInstanceOf(DataException.class).hasMessage("repair it");
    }
  }

  @Test
  void noMoreIsUnderWayThanTheBoundAllows() {
    int workers = 2;
    var started = new AtomicInteger();
    var counting =
        Dataset.of(new Numbered(200, 1)).map(place -> started.incrementAndGet(), workers);
    try (var cursor = counting.open()) {
      for (int taken = 1; taken <= 50; taken++) {
        cursor.next();
        assertThat(started.get()).isLessThan(taken + ParallelMap.AHEAD * workers);
      }
    }
  }

  @Test
  void nothingHappensBeforeItIsOpenedAndWhatAMappingOwnsIsClosedWithTheCursor() {
    var opened = new AtomicInteger();
    var closed = new AtomicInteger();
    var dataset =
        Dataset.of(new Numbered(SIZE, 1))
            .mapWith(
                () -> {
                  opened.incrementAndGet();
                  return new Mapping<Place, Integer>() {
                    @Override
                    public Integer apply(Place place) {
                      return place.address().index();
                    }

                    @Override
                    public void close() {
                      closed.incrementAndGet();
                    }
                  };
                },
                2);
    assertThat(opened).hasValue(0);
    for (int i = 1; i <= 2; i++) {
      try (var cursor = dataset.prefetch(2).open()) {
        cursor.next();
      }
      assertThat(opened).hasValue(i);
      assertThat(closed).hasValue(i);
    }
  }

  @Test
  void elementsThatNobodyTookAreClosed() {
    var made = new AtomicInteger();
    var closed = new AtomicInteger();
    var dataset =
        Dataset.of(new Numbered(200, 1))
            .map(place -> place.address().index(), 2)
            .batch(
                2,
                Remainder.DROP,
                (values, next) -> {
                  made.incrementAndGet();
                  return (AutoCloseable) closed::incrementAndGet;
                })
            .prefetch(3);
    try (var cursor = dataset.open()) {
      cursor.next();
      assertThat(cursor.hasNext()).isTrue();
    }
    assertThat(made.get()).isGreaterThan(1);
    assertThat(closed.get()).isEqualTo(made.get() - 1);
  }

  /** Whether the thread ahead is waiting for room or working when it is told. */
  @RepeatedTest(20)
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void closingEndsAnEndlessPassWhateverItsThreadsAreDoing(RepetitionInfo repetition)
      throws InterruptedException {
    var endless =
        Dataset.of(new Numbered(SIZE, 1))
            .repeat()
            .map(place -> place.address().index(), 2)
            .batch(2, Remainder.DROP, (values, next) -> values)
            .prefetch(1);
    try (var cursor = endless.open()) {
      cursor.next();
      Thread.sleep(repetition.getCurrentRepetition() % 4);
    }
    assertThat(DataThreads.alive()).isEmpty();
  }

  @Test
  void aClosedCursorSaysSo() {
    var cursor = Dataset.of(new Numbered(SIZE, 1)).places().open();
    cursor.close();
    assertThatThrownBy(cursor::hasNext)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }
}
