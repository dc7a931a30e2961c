package org.maejava.data;

import java.util.List;
import org.maejava.proto.DataConfig;
import org.maejava.proto.ModelConfig;
import org.maejava.proto.UnreadableImage;
import org.maejava.train.Batch;

/** From a recipe to batches. */
public final class DataPlan {

  /** See the other methods; {@code seed} is the recipe's, {@code workers} the decoding threads. */
  public DataPlan(DataConfig data, ModelConfig model, long seed, int workers) {}

  public Dataset<Batch> pretraining(Source source, int batchSize) {
    return pending();
  }

  public Dataset<Batch> classification(Source source, int batchSize, double labelSmoothing) {
    return pending();
  }

  public Dataset<Batch> evaluation(Source source, int batchSize) {
    return pending();
  }

  public Dataset<Batch> reconstruction(Source source, int batchSize) {
    return pending();
  }

  public int batchesInEpoch(Source source, int batchSize) {
    return pending();
  }

  public List<UnreadableImage> unreadable() {
    return pending();
  }

  @SuppressWarnings("TypeParameterUnusedInFormals")
  private <T> T pending() {
    throw new UnsupportedOperationException(getClass().getSimpleName());
  }
}
