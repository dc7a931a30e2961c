package org.maejava.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.maejava.data.Dataset.Mapping;
import org.maejava.data.Dataset.Remainder;
import org.maejava.proto.Position;
import org.maejava.random.Draws;

/** The promises that every stage and every combination of stages keeps. */
class DatasetTest {

  private static final int SIZE = 23;
  private static final int SEEN = 61;

  /** Every stage at least once, finite and endless. */
  static Map<String, Dataset<String>> pipelines(int workers) {
    var all = new TreeMap<String, Dataset<String>>();
    var source = new Numbered(SIZE, 2);
    var ordered = Dataset.of(source);
    var endless = Dataset.of(source).shuffle(7).repeat();
    all.put("in order", ordered.map(DatasetTest::drawn, workers));
    all.put("shuffled", ordered.shuffle(7).map(DatasetTest::drawn, workers));
    all.put("endless", endless.map(DatasetTest::drawn, workers));
    all.put("shard", endless.shard(1, 3).map(DatasetTest::drawn, workers));
    all.put("keep", endless.map(DatasetTest::drawn, workers).keep(DatasetTest::odd));
    all.put(
        "batch, dropping",
        endless
            .map(DatasetTest::drawn, workers)
            .keep(DatasetTest::odd)
            .batch(4, Remainder.DROP, (values, next) -> values.toString()));
    all.put(
        "batch, keeping",
        ordered
            .map(DatasetTest::drawn, workers)
            .batch(4, Remainder.KEEP, (values, next) -> values.toString()));
    all.put(
        "all of it",
        endless
            .shard(0, 2)
            .map(DatasetTest::drawn, workers)
            .keep(DatasetTest::odd)
            .batch(2, Remainder.DROP, (values, next) -> values.toString())
            .prefetch(3));
    return all;
  }

  static List<String> names() {
    return List.copyOf(pipelines(1).keySet());
  }

  private static String drawn(Place place) {
    long draw = new Draws(3).at("test", place.epoch(), place.index()).nextLong();
    return place.epoch() + "/" + place.example().name() + "/" + draw;
  }

  private static Optional<String> odd(String value) {
    return value.hashCode() % 3 == 0 ? Optional.empty() : Optional.of(value);
  }

  @AfterEach
  void noThreadOutlivesItsCursor() {
    assertThat(DataThreads.alive()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("names")
  void openingAtAnyPositionGoesOnWithTheVeryNextElement(String name) {
    var dataset = pipelines(2).get(name);
    var positions = new ArrayList<Position>();
    var whole = new ArrayList<String>();
    try (var cursor = dataset.open()) {
      positions.add(cursor.position());
      while (cursor.hasNext() && whole.size() < SEEN) {
        whole.add(cursor.next());
        positions.add(cursor.position());
      }
    }
    assertThat(whole).isNotEmpty();
    for (int k = 0; k < positions.size(); k++) {
      assertThat(read(dataset, positions.get(k), whole.size() - k))
          .as("from element %s", k)
          .isEqualTo(whole.subList(k, whole.size()));
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void theNumberOfWorkersChangesNothing(String name) {
    var one = read(pipelines(1).get(name), Position.getDefaultInstance(), SEEN);
    var five = read(pipelines(5).get(name), Position.getDefaultInstance(), SEEN);
    assertThat(five).isEqualTo(one);
  }

  @Test
  void anEpochIsAPermutationAndEachEpochAnother() {
    var shuffled = Dataset.of(new Numbered(SIZE, 1)).shuffle(7);
    var first = epoch(shuffled, 0);
    var second = epoch(shuffled, 1);
    assertThat(first)
        .containsExactlyInAnyOrderElementsOf(numbers(SIZE))
        .isNotEqualTo(numbers(SIZE));
    assertThat(second).containsExactlyInAnyOrderElementsOf(numbers(SIZE)).isNotEqualTo(first);
    assertThat(epoch(Dataset.of(new Numbered(SIZE, 1)).shuffle(8), 0)).isNotEqualTo(first);
  }

  @Test
  void repeatingGoesThroughTheSameEpochs() {
    var shuffled = Dataset.of(new Numbered(SIZE, 1)).shuffle(7);
    var expected = new ArrayList<>(epoch(shuffled, 0));
    expected.addAll(epoch(shuffled, 1));
    try (var cursor = shuffled.repeat().places().take(2 * SIZE).open()) {
      var met = new ArrayList<Integer>();
      cursor.forEachRemaining(place -> met.add(place.index()));
      assertThat(met).isEqualTo(expected);
    }
  }

  @Test
  void shardsOfAFinitePassMeetEachExampleOnce() {
    var met = new ArrayList<Integer>();
    for (int rank = 0; rank < 3; rank++) {
      met.addAll(epoch(Dataset.of(new Numbered(SIZE, 1)).shuffle(7).shard(rank, 3), 0));
    }
    assertThat(met).containsExactlyInAnyOrderElementsOf(numbers(SIZE));
  }

  @Test
  void shardsOfAnEndlessPassHaveEpochsOfOneLength() {
    for (int rank = 0; rank < 3; rank++) {
      var shard = Dataset.of(new Numbered(SIZE, 1)).shuffle(7).repeat().shard(rank, 3);
      assertThat(shard.epochSize()).isEqualTo(SIZE / 3);
    }
  }

  @Test
  void batchesNeverSpanEpochs() {
    var batches =
        Dataset.of(new Numbered(SIZE, 1))
            .shuffle(7)
            .repeat()
            .map(Place::epoch, 1)
            .batch(4, Remainder.DROP, (epochs, next) -> epochs)
            .take(3L * (SIZE / 4));
    try (var cursor = batches.open()) {
      for (int i = 0; i < 3 * (SIZE / 4); i++) {
        assertThat(cursor.next()).hasSize(4).containsOnly(i / (SIZE / 4));
      }
      assertThat(cursor.hasNext()).isFalse();
    }
  }

  @Test
  void anEpochTooSmallForABatchIsAnErrorAndNotAnEndlessSearch() {
    var batches =
        Dataset.of(new Numbered(3, 1))
            .repeat()
            .map(Place::index, 1)
            .batch(4, Remainder.DROP, (values, next) -> values);
    try (var cursor = batches.open()) {
      assertThatThrownBy(cursor::next)
          .isInstanceOf(DataException.class)
          .hasMessageContaining("4 readable images")
          .hasMessageContaining("batch_size");
    }
  }

  @Test
  void whatAWorkerThrowsReachesTheConsumerWithItsCause() {
    var failing =
        Dataset.of(new Numbered(SIZE, 1))
            .map(
                place -> {
                  if (place.index() == 9) {
                    throw new AssertionError("number nine");
                  }
                  return place.index();
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
                      return place.index();
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
            .map(Place::index, 2)
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
            .map(Place::index, 2)
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

  @Test
  void impossibleStagesAreRefusedByName() {
    var examples = Dataset.of(new Numbered(SIZE, 1));
    assertThatThrownBy(() -> examples.shard(3, 3)).hasMessageContaining("rank 3 of 3");
    assertThatThrownBy(() -> examples.map(place -> place, 0)).hasMessageContaining("0 workers");
    assertThatThrownBy(() -> Dataset.of(new Numbered(0, 1)).repeat())
        .hasMessageContaining("0 numbered images");
  }

  private static List<Integer> epoch(Examples examples, int epoch) {
    var start = Position.newBuilder().setEpoch(epoch).build();
    try (var cursor = examples.places().open(start)) {
      var met = new ArrayList<Integer>();
      cursor.forEachRemaining(place -> met.add(place.index()));
      return met;
    }
  }

  private static List<Integer> numbers(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  private static List<String> read(Dataset<String> dataset, Position start, int count) {
    var read = new ArrayList<String>();
    try (var cursor = dataset.open(start)) {
      while (read.size() < count && cursor.hasNext()) {
        read.add(cursor.next());
      }
    }
    return read;
  }

  @Test
  void anEndlessPassEndsWhenItIsClosedWhileItsQueueIsFull() {
    var endless = Dataset.of(new Numbered(SIZE, 1)).repeat().map(DatasetTest::drawn, 1).prefetch(1);
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          for (int i = 0; i < 20; i++) {
            var cursor = endless.open();
            cursor.next();
            Thread.sleep(10); // the producer now waits for room, where an interrupt ends the wait
            cursor.close();
          }
        });
  }
}
