package org.maejava.data.source;

import com.google.common.io.Resources;
import java.net.URL;
import java.util.List;

/**
 * The bundled data: the first 10,000 training and the first 2,000 test images of Fashion-MNIST
 * (Xiao, Rasul and Vollgraf, 2017), 28×28, grey. Real photographs of clothes; MIT licence, Zalando
 * SE.
 */
public final class FashionMnist {

  /** What a data spec calls it. */
  public static final String NAME = "fashion-mnist";

  private static final List<String> CLASSES =
      List.of(
          "T-shirt/top",
          "Trouser",
          "Pullover",
          "Dress",
          "Coat",
          "Sandal",
          "Shirt",
          "Sneaker",
          "Bag",
          "Ankle boot");

  private FashionMnist() {}

  /** 10,000 images. */
  public static Idx training() {
    return read("train", "The first 10,000 training images");
  }

  /** 2,000 images. */
  public static Idx evaluation() {
    return read("t10k", "The first 2,000 test images");
  }

  private static Idx read(String half, String which) {
    return Idx.read(
        Resources.asByteSource(resource(half + "-images-idx3-ubyte.gz")),
        Resources.asByteSource(resource(half + "-labels-idx1-ubyte.gz")),
        CLASSES,
        which + " of Fashion-MNIST: photographs of clothes, 28 x 28, grey, by Zalando SE (MIT).");
  }

  private static URL resource(String file) {
    return Resources.getResource(FashionMnist.class, "/org/maejava/data/fashion-mnist/" + file);
  }
}
