package org.maejava.savedmodel.weights;

import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import org.maejava.savedmodel.weights.Pickled.Storage;
import org.maejava.savedmodel.weights.Pickled.Tensor;
import org.maejava.savedmodel.weights.PytorchArchive.Place;

/**
 * The tensors of a file that {@code torch.save} wrote: a zip file with a pickle and a storage in
 * each other entry, or before version 1.6 several pickles with the storages behind them.
 *
 * <p>The pickle is read as data (see {@link PickleReader}); storages are mapped, so that no more
 * than one tensor is ever on the heap.
 */
final class PytorchFile implements TensorFile {

  private static final int CHUNK = 32 << 20;

  private final Path file;
  private final FileChannel channel;
  private final StateDict state;
  private final PytorchArchive archive;
  private final Map<String, Tensor> tensors;
  private final List<String> notes = new ArrayList<>();
  private final Set<String> intact = new HashSet<>();

  private PytorchFile(Path file, FileChannel channel, PytorchArchive archive) throws IOException {
    this.file = file;
    this.channel = channel;
    this.archive = archive;
    state = StateDict.in(archive.root());
    var readable = new LinkedHashMap<String, Tensor>();
    for (var entry : state.tensors().entrySet()) {
      checkStorage(entry.getKey(), entry.getValue().storage());
      if (StorageTypes.of(entry.getValue()).isPresent()) {
        readable.put(entry.getKey(), entry.getValue());
      } else {
        notes.add(
            "%s is of type %s, which is not read"
                .formatted(
                    PickleGlobals.quoted(entry.getKey()), StorageTypes.name(entry.getValue())));
      }
    }
    tensors = ImmutableMap.copyOf(readable);
    if (!state.others().isEmpty()) {
      notes.add(
          "read is %s; there are weights too in %s"
              .formatted(
                  state.path().isEmpty() ? "the outermost dictionary" : state.path(),
                  PickleGlobals.quoted(String.join(", ", state.others()))));
    }
  }

  private void checkStorage(String name, Storage storage) throws IOException {
    var place = archive.places().get(storage.key());
    if (place == null) {
      throw new IOException(
          "tensor %s lies in storage %s, which is not in the file"
              .formatted(PickleGlobals.quoted(name), PickleGlobals.quoted(storage.key())));
    }
    if (place.length() != StorageTypes.bytes(storage)) {
      throw new IOException(
          "storage %s has %d bytes, but its %d values of %s need %d"
              .formatted(
                  PickleGlobals.quoted(storage.key()),
                  place.length(),
                  storage.length(),
                  storage.type(),
                  StorageTypes.bytes(storage)));
    }
  }

  /**
   * Opens and checks a file.
   *
   * @param zip whether it begins as a zip file does; else as a pickle
   * @throws IOException naming the file and what is wrong with it
   */
  static PytorchFile open(Path file, boolean zip) throws IOException {
    var channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return new PytorchFile(
          file, channel, zip ? PytorchArchive.zip(channel) : PytorchArchive.stream(channel));
    } catch (IOException | ArithmeticException e) {
      channel.close();
      throw new IOException(
          "%s is refused as a PyTorch file: %s".formatted(file, e.getMessage()), e);
    }
  }

  @Override
  public String format() {
    return archive.format();
  }

  @Override
  public String type(String name) {
    return StorageTypes.of(tensor(name)).orElseThrow().name();
  }

  @Override
  public Map<String, String> facts() {
    return state.facts();
  }

  @Override
  public List<String> notes() {
    return List.copyOf(notes);
  }

  @Override
  public Map<String, List<Integer>> shapes() {
    var shapes = ImmutableMap.<String, List<Integer>>builder();
    tensors.forEach(
        (name, tensor) -> shapes.put(name, tensor.shape().stream().map(Math::toIntExact).toList()));
    return shapes.buildOrThrow();
  }

  private Tensor tensor(String name) {
    var tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("%s has no tensor %s".formatted(file, name));
    }
    return tensor;
  }

  @Override
  public float[] floats(String name) {
    var tensor = tensor(name);
    try {
      return Strided.floats(tensor, storage(tensor));
    } catch (IOException e) {
      throw new IllegalStateException(
          "%s: tensor %s cannot be read: %s".formatted(file, name, e.getMessage()), e);
    }
  }

  /** The part of the storage that a tensor reaches over, checked on the first use. */
  private ByteBuffer storage(Tensor tensor) throws IOException {
    var key = tensor.storage().key();
    var place = archive.places().get(key);
    if (place == null) {
      throw new IOException("its storage is missing");
    }
    if (place.crc() != 0 && intact.add(key)) {
      checkCrc(key, place);
    }
    long begin = tensor.offset() * StorageTypes.valueBytes(tensor);
    long length = Strided.span(tensor) * StorageTypes.valueBytes(tensor);
    return PytorchArchive.map(
        channel, new Place(place.begin() + begin, length, 0), Integer.MAX_VALUE);
  }

  private void checkCrc(String key, Place place) throws IOException {
    var crc = new CRC32();
    for (long at = 0; at < place.length(); at += CHUNK) {
      long length = Math.min(CHUNK, place.length() - at);
      crc.update(PytorchArchive.map(channel, new Place(place.begin() + at, length, 0), CHUNK));
    }
    if ((int) crc.getValue() != place.crc()) {
      throw new IOException(
          "storage %s is damaged: its CRC is %08x, not %08x"
              .formatted(PickleGlobals.quoted(key), (int) crc.getValue(), place.crc()));
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
