package org.maejava.data.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.maejava.data.flow.Dataset.Remainder;
import org.maejava.data.source.DataException;
import org.maejava.proto.Position;
import org.maejava.random.Draws;

/** What holds for every stage and every combination of stages. */
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
    all.put("shard", endless.shard(1, 3, 2).map(DatasetTest::drawn, workers));
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
            .shard(0, 2, 2)
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
    long draw =
        new Draws(3).at("test", place.address().epoch(), place.address().index()).nextLong();
    return place.address().epoch() + "/" + place.example().name() + "/" + draw;
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
      cursor.forEachRemaining(place -> met.add(place.address().index()));
      assertThat(met).isEqualTo(expected);
    }
  }

  @Test
  void partsOfAPassMeetEachExampleOnceInOrder() {
    var whole = Dataset.of(new Numbered(SIZE, 1)).shuffle(7);
    var met = new ArrayList<Integer>();
    for (int[] part : new int[][] {{0, 4}, {4, 4}, {4, SIZE}}) {
      met.addAll(epoch(whole.part(part[0], part[1]), 0));
    }
    assertThat(met).isEqualTo(epoch(whole, 0));
  }

  /** 2, 3 and 4 ranks: every batch's images are one process's, mirrored pairs in one share. */
  @ParameterizedTest
  @CsvSource({"2, 4", "3, 2", "4, 2", "2, 3"})
  void ranksTogetherHaveTheBatchesOfOneAndPairsTogether(int world, int share) {
    int size = world * share;
    var alone = places(Dataset.of(new Numbered(2 * size + 1, 1)).shuffle(7).repeat(), 4 * size);
    var shares = new ArrayList<List<Place>>();
    for (int rank = 0; rank < world; rank++) {
      var examples = Dataset.of(new Numbered(2 * size + 1, 1)).shuffle(7).repeat();
      assertThat(examples.shard(rank, world, share).epochSize()).isEqualTo(2 * share);
      shares.add(places(examples.shard(rank, world, share), 4 * share));
    }
    // An epoch of one process has a place more, which its batches leave out.
    var kept =
        Stream.concat(
                alone.subList(0, 2 * size).stream(), alone.subList(2 * size + 1, 4 * size).stream())
            .toList();
    for (int batch = 0; batch < 3; batch++) {
      var whole =
          kept.subList(batch * size, (batch + 1) * size).stream().map(Place::address).toList();
      var together = new ArrayList<Place.Address>();
      for (var of : shares) {
        var mine = of.subList(batch * share, (batch + 1) * share);
        mine.forEach(place -> assertThat(place.batch()).isEqualTo(whole.get(0)));
        mine.forEach(place -> together.add(place.address()));
        for (int i = 0; i < share / 2; i++) {
          int at = whole.indexOf(mine.get(i).address());
          assertThat(mine.get(share - 1 - i).address()).isEqualTo(whole.get(size - 1 - at));
        }
      }
      assertThat(together).containsExactlyInAnyOrderElementsOf(whole);
    }
  }

  private static List<Place> places(Examples examples, int count) {
    try (var cursor = examples.places().take(count).open()) {
      return ImmutableList.copyOf(cursor);
    }
  }

  @Test
  void batchesNeverSpanEpochs() {
    var batches =
        Dataset.of(new Numbered(SIZE, 1))
            .shuffle(7)
            .repeat()
            .map(place -> place.address().epoch(), 1)
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
            .map(place -> place.address().index(), 1)
            .batch(4, Remainder.DROP, (values, next) -> values);
    try (var cursor = batches.open()) {
      assertThatThrownBy(cursor::next)
          .isInstanceOf(DataException.class)
          .hasMessageContaining("4 readable images")
          .hasMessageContaining("batch_size");
    }
  }

  @Test
  void impossibleStagesAreRefusedByName() {
    var examples = Dataset.of(new Numbered(SIZE, 1));
    assertThatThrownBy(() -> examples.shard(3, 3, 1)).hasMessageContaining("rank 3 of 3");
    assertThatThrownBy(() -> examples.map(place -> place, 0)).hasMessageContaining("0 workers");
    assertThatThrownBy(() -> Dataset.of(new Numbered(0, 1)).repeat())
        .hasMessageContaining("0 numbered images");
  }

  private static List<Integer> epoch(Examples examples, int epoch) {
    var start = Position.newBuilder().setEpoch(epoch).build();
    try (var cursor = examples.places().open(start)) {
      var met = new ArrayList<Integer>();
      cursor.forEachRemaining(place -> met.add(place.address().index()));
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
}
