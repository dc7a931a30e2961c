package org.maejava.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.primitives.Floats;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.maejava.config.Experiments;
import org.maejava.data.flow.Dataset;
import org.maejava.data.flow.Numbered;
import org.maejava.data.source.ImageFolder;
import org.maejava.data.source.Source;
import org.maejava.proto.DataConfig;
import org.maejava.proto.ImageShape;
import org.maejava.proto.ModelConfig;
import org.maejava.proto.PatchShape;
import org.maejava.proto.Position;
import org.maejava.proto.RandomMasking;
import org.maejava.proto.TransformerConfig;
import org.maejava.train.Batch;
import org.tensorflow.types.TFloat32;

/** Everything switched on at once: the batches are still a function of seed and position. */
class AugmentedPlanTest {

  private static final String ALL =
      """
      data {
        mean: [0.485, 0.456, 0.406]
        std: [0.229, 0.224, 0.225]
        random_resized_crop { min_area: 0.08 max_area: 1 min_aspect: 0.75 max_aspect: 1.3333 single_draw {} }
        flip_probability: 0.5
        eval_crop_fraction: 0.875
        max_unreadable_share: 0.25
        rand_augment {
          operations: 2 magnitude: 9 magnitude_deviation: 0.5 operation_probability: 0.5
          random_interpolation {}
        }
        random_erasing {
          probability: 0.25 min_area: 0.02 max_area: 0.33 min_aspect: 0.3 max_aspect: 3.3 rectangles: 1
          pixel_noise {}
        }
        mixing { mixup_alpha: 0.8 cutmix_alpha: 1 probability: 1 cutmix_probability: 0.5 }
        repeated_augmentation { repeats: 3 }
      }
      """;

  @TempDir private Path folder;

  /** Two epochs of 19 photographs, two broken ones among them, with another number of threads. */
  @ParameterizedTest
  @ValueSource(ints = {1, 7})
  void aResumedRunReadsTheVeryBatchesOfAnUninterruptedOne(int workers) {
    var source = photos(19, 2);
    var whole = new ArrayList<Map<String, List<Float>>>();
    var positions = new ArrayList<Position>();
    positions.add(Position.getDefaultInstance());
    try (var cursor = plan(all(), 7).classification(source, 4, 0.1).open()) {
      for (int i = 0; i < 9; i++) {
        try (var batch = cursor.next()) {
          whole.add(contents(batch));
          positions.add(batch.next());
        }
      }
    }
    assertThat(positions.get(8).getEpoch()).isEqualTo(1);
    for (int k = 0; k < 9; k++) {
      try (var cursor =
          plan(all(), workers).classification(source, 4, 0.1).open(positions.get(k))) {
        for (int i = k; i < 9; i++) {
          try (var batch = cursor.next()) {
            assertThat(contents(batch)).as("batch %s from %s", i, k).isEqualTo(whole.get(i));
          }
        }
      }
    }
  }

  @Test
  void everyRowOfMixedLabelsIsADistribution() {
    try (var cursor = plan(all(), 2).classification(photos(8, 0), 8, 0.1).open();
        var batch = cursor.next()) {
      var labels = values(batch, Batch.LABELS);
      for (int row = 0; row < 8; row++) {
        float sum = labels[2 * row] + labels[2 * row + 1];
        assertThat(sum).isBetween(0.9999f, 1.0001f);
      }
    }
  }

  /** An epoch of 12 places in 3 repeats: 4 images, each 3 times in a row, each time another one. */
  @Test
  void repeatedImagesAreAugmentedDifferentlyAndTheEpochKeepsItsLength() {
    var data = all().toBuilder().clearMixing().build();
    var source = photos(12, 0);
    var images = new HashMap<String, HashSet<List<Float>>>();
    var counts = new TreeMap<String, Integer>();
    try (var cursor = plan(data, 2).classification(source, 12, 0).open();
        var batch = cursor.next()) {
      assertThat(batch.next()).isEqualTo(Position.newBuilder().setIndex(12).build());
      var values = values(batch, Batch.IMAGES);
      int length = values.length / 12;
      for (int row = 0; row < 12; row++) {
        var name = batch.names().get(row);
        assertThat(name).isEqualTo(batch.names().get(row / 3 * 3));
        counts.merge(name, 1, Integer::sum);
        images
            .computeIfAbsent(name, key -> new HashSet<>())
            .add(Floats.asList(Arrays.copyOfRange(values, row * length, (row + 1) * length)));
      }
    }
    assertThat(counts.values()).containsExactly(3, 3, 3, 3);
    assertThat(images.values()).allSatisfy(different -> assertThat(different).hasSize(3));
  }

  @Test
  void theRanksShareTheRepeatsOut() {
    var source = new Numbered(12, 2);
    var met = new TreeMap<Integer, List<Integer>>();
    for (int rank = 0; rank < 3; rank++) {
      try (var cursor =
          Dataset.of(source).shuffle(5).repeatEach(3).shard(rank, 3, 2).places().open()) {
        cursor.forEachRemaining(
            place ->
                met.computeIfAbsent(place.address().index(), at -> new ArrayList<>())
                    .add(place.address().repeat()));
      }
    }
    assertThat(met).hasSize(4);
    assertThat(met.values())
        .allSatisfy(repeats -> assertThat(repeats).containsExactlyInAnyOrder(0, 1, 2));
  }

  @Test
  void evaluationIsNotAugmented() {
    var source = photos(6, 0);
    var plain =
        all().toBuilder()
            .clearRandAugment()
            .clearRandomErasing()
            .clearMixing()
            .clearRepeatedAugmentation()
            .build();
    try (var augmented = plan(all(), 2).evaluation(source, 6).open();
        var bare = plan(plain, 2).evaluation(source, 6).open();
        var one = augmented.next();
        var other = bare.next()) {
      assertThat(contents(one)).isEqualTo(contents(other));
    }
  }

  @Test
  void mixingWithoutLabelsIsRefused() {
    assertThatThrownBy(() -> plan(all(), 1).pretraining(photos(4, 0), 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("data.mixing needs labels");
  }

  private Source photos(int good, int broken) {
    IntStream.range(0, good)
        .forEach(
            i ->
                Pictures.write(
                    folder.resolve((i % 2 == 0 ? "a" : "b") + "/photo" + i + ".jpg"),
                    Pictures.jpeg(40 + i, 50 - i, i)));
    IntStream.range(0, broken)
        .forEach(
            i -> Pictures.write(folder.resolve("a/broken" + i + ".jpg"), new byte[] {'n', 'o'}));
    return ImageFolder.of(folder);
  }

  private static DataConfig all() {
    return Experiments.parse(ALL, "test").getData();
  }

  private static DataPlan plan(DataConfig data, int workers) {
    var model =
        ModelConfig.newBuilder()
            .setImage(ImageShape.newBuilder().setHeight(32).setWidth(32).setChannels(3))
            .setPatch(PatchShape.newBuilder().setHeight(4).setWidth(4))
            .setEncoder(TransformerConfig.newBuilder().setDepth(2))
            .setMaskRatio(0.75)
            .setRandomMasking(RandomMasking.getDefaultInstance())
            .build();
    return new DataPlan(data, model, 3, workers);
  }

  private static Map<String, List<Float>> contents(Batch batch) {
    var contents = new LinkedHashMap<String, List<Float>>();
    batch
        .tensors()
        .keySet()
        .forEach(name -> contents.put(name, Floats.asList(values(batch, name))));
    return contents;
  }

  private static float[] values(Batch batch, String name) {
    var tensor = (TFloat32) batch.tensors().get(name);
    var values = new float[(int) tensor.size()];
    tensor.asRawTensor().data().asFloats().read(values);
    return values;
  }
}
