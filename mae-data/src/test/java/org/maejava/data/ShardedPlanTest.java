package org.maejava.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.maejava.data.source.DataException;
import org.maejava.data.source.FashionMnist;
import org.maejava.data.source.ImageFolder;
import org.maejava.data.source.Source;
import org.maejava.model.Presets;
import org.maejava.proto.DataConfig;
import org.maejava.proto.FastBicubic;
import org.maejava.proto.Mixing;
import org.maejava.proto.Preset;
import org.maejava.proto.RandomResizedCrop;
import org.maejava.train.Batch;

@DisplayName("A plan")
class ShardedPlanTest {

  private static final Source SOURCE = FashionMnist.evaluation().subset(first(24));

  @TempDir private Path folder;

  private static int[] first(int count) {
    return IntStream.range(0, count).toArray();
  }

  private static DataConfig.Builder data() {
    return DataConfig.newBuilder()
        .setRandomResizedCrop(
            RandomResizedCrop.newBuilder()
                .setMinArea(0.3)
                .setMaxArea(1)
                .setMinAspect(0.75)
                .setMaxAspect(1.3))
        .setFlipProbability(0.5)
        .setEvalCropFraction(1)
        .setMaxUnreadableShare(0);
  }

  private static DataPlan grey(int workers) {
    var data = data().addMean(0.3).addStd(0.4).build();
    return new DataPlan(data, Presets.of(Preset.SMALL_28_4), 5, workers);
  }

  /** What a plan's batches hold for each image of the first epoch, by the image's name. */
  private static Map<String, List<Float>> epoch(DataPlan plan, int batches, int size) {
    var byName = new LinkedHashMap<String, List<Float>>();
    try (var cursor = plan.pretraining(SOURCE, size).open()) {
      for (int i = 0; i < batches; i++) {
        try (var batch = cursor.next()) {
          addRows(batch, List.of(Batch.IMAGES, Batch.NOISE), byName);
        }
      }
    }
    return byName;
  }

  private static void addRows(Batch batch, List<String> tensors, Map<String, List<Float>> byName) {
    for (int row = 0; row < batch.size(); row++) {
      var values = new ArrayList<Float>();
      for (var name : tensors) {
        var tensor = batch.tensors().get(name);
        var all = new float[(int) tensor.shape().size()];
        tensor.asRawTensor().data().asFloats().read(all);
        int length = all.length / batch.size();
        for (int k = 0; k < length; k++) {
          values.add(all[row * length + k]);
        }
      }
      byName.put(batch.names().get(row), values);
    }
  }

  /** Each image is met by one worker, with the crop, flip and mask it would have met alone. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void sharesAnEpochOutToSeveralWorkers(int threads) {
    var alone = epoch(grey(threads), 6, 4);
    assertThat(alone).hasSize(24);
    var together = new LinkedHashMap<String, List<Float>>();
    for (int rank = 0; rank < 3; rank++) {
      var share = epoch(grey(threads).shard(rank, 3), 2, 4);
      assertThat(share).hasSize(8);
      assertThat(together.keySet()).doesNotContainAnyElementsOf(share.keySet());
      together.putAll(share);
    }
    assertThat(together).containsExactlyInAnyOrderEntriesOf(alone);
  }

  /** Pairs, the kind of mixing, boxes and shares are those of the whole batch. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void mixesInSharesWhatOneWorkerWouldMix(int world) {
    var data =
        data()
            .addMean(0.3)
            .addStd(0.4)
            .setMixing(
                Mixing.newBuilder()
                    .setMixupAlpha(0.8)
                    .setCutmixAlpha(1)
                    .setProbability(1)
                    .setCutmixProbability(0.5))
            .build();
    var plan = new DataPlan(data, Presets.of(Preset.SMALL_28_4), 5, 1);
    var alone = mixed(plan, 12);
    var together = new LinkedHashMap<String, List<Float>>();
    for (int rank = 0; rank < world; rank++) {
      together.putAll(mixed(plan.shard(rank, world), 12 / world));
    }
    assertThat(together).hasSize(24).containsExactlyInAnyOrderEntriesOf(alone);
  }

  private static Map<String, List<Float>> mixed(DataPlan plan, int share) {
    var byName = new LinkedHashMap<String, List<Float>>();
    try (var cursor = plan.classification(SOURCE, share, 0.1).open()) {
      for (int i = 0; i < 2; i++) {
        try (var batch = cursor.next()) {
          addRows(batch, List.of(Batch.IMAGES, Batch.LABELS, Batch.DROP_PATH), byName);
        }
      }
    }
    return byName;
  }

  /** 24 images in batches of 5 are 5 batches; of 9 workers some have none. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 9})
  void sharesAnEvaluationOutInWholeBatches(int world) {
    var alone = batchesOfNames(grey(1));
    assertThat(alone).hasSize(5);
    var together = new ArrayList<List<String>>();
    for (int rank = 0; rank < world; rank++) {
      var share = batchesOfNames(grey(1).shard(rank, world));
      assertThat(share).hasSizeLessThanOrEqualTo(DataPlan.evaluationBatches(SOURCE, 5, world));
      together.addAll(share);
    }
    assertThat(together).isEqualTo(alone);
    assertThat(DataPlan.evaluationBatches(SOURCE, 5, world)).isEqualTo((4 + world) / world);
  }

  private static List<List<String>> batchesOfNames(DataPlan plan) {
    var names = new ArrayList<List<String>>();
    try (var cursor = plan.evaluation(SOURCE, 5).open()) {
      while (cursor.hasNext()) {
        try (var batch = cursor.next()) {
          names.add(List.copyOf(batch.names()));
        }
      }
    }
    return names;
  }

  @Test
  void refusesARankThatIsNotOneOfTheWorkers() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> grey(1).shard(3, 3))
        .withMessageContaining("rank 3 of 3");
    assertThatThrownBy(() -> grey(1).shard(0, 3).pretraining(SOURCE, 9))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("training.batch_size 9");
  }

  @Test
  void resamplesFastInTrainingAloneIfTheRecipeSaysSo() {
    for (int i = 0; i < 4; i++) {
      Pictures.write(folder.resolve("a/" + i + ".jpg"), Pictures.jpeg(150, 120, i));
    }
    var source = ImageFolder.of(folder);
    var usual = data().addAllMean(List.of(0.5, 0.5, 0.5)).addAllStd(List.of(0.2, 0.2, 0.2)).build();
    var fast = usual.toBuilder().setFastBicubic(FastBicubic.getDefaultInstance()).build();
    assertThat(values(fast, source, true)).isNotEqualTo(values(usual, source, true));
    assertThat(values(fast, source, false)).isEqualTo(values(usual, source, false));
  }

  private static float[] values(DataConfig data, Source source, boolean training) {
    var plan = new DataPlan(data, Presets.of(Preset.SMALL_64_8), 5, 2);
    var batches = training ? plan.pretraining(source, 4) : plan.evaluation(source, 4);
    try (var cursor = batches.open();
        var batch = cursor.next()) {
      var images = batch.tensors().get(Batch.IMAGES);
      var values = new float[(int) images.shape().size()];
      images.asRawTensor().data().asFloats().read(values);
      return values;
    }
  }
}
