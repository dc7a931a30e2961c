package org.maejava.savedmodel.weights;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.maejava.savedmodel.weights.Pickled.Storage;
import org.maejava.savedmodel.weights.Pickled.Tensor;

/**
 * What {@code torch.save} wrote, in either of its forms: a pickle, and where the storages lie.
 *
 * @param format for people
 * @param root the pickle's value
 * @param places of the storages by their keys
 */
record PytorchArchive(String format, Object root, Map<String, Place> places) {

  private static final int MAX_PICKLE = 32 << 20;
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final Long STREAM_VERSION = 1001L;

  /**
   * Where a storage's bytes lie.
   *
   * @param crc of them; 0 if it was not recorded
   */
  record Place(long begin, long length, int crc) {}

  static PytorchArchive zip(FileChannel channel) throws IOException {
    var entries = ZipIndex.read(channel);
    var pickles =
        entries.keySet().stream().filter(name -> name.matches("([^/]+/)?data\\.pkl")).toList();
    if (pickles.size() != 1) {
      throw new IOException(
          "it is a zip file with %d entries data.pkl, not one%s"
              .formatted(
                  pickles.size(),
                  entries.keySet().stream().anyMatch(name -> name.endsWith(".npy"))
                      ? ": NumPy arrays"
                      : ""));
    }
    var folder = pickles.get(0).replaceFirst("data\\.pkl$", "");
    if (entries.containsKey(folder + "constants.pkl")) {
      throw new IOException(
          "it holds a TorchScript program, which is code; in PyTorch save its state_dict() alone");
    }
    var order = entries.get(folder + "byteorder");
    if (order != null && !text(channel, order).equals("little")) {
      throw new IOException("its byte order is %s, not little".formatted(text(channel, order)));
    }
    var pickled = requireNonNull(entries.get(pickles.get(0))).requireStored();
    var pickle = map(channel, place(pickled), MAX_PICKLE);
    checkCrc(pickled.name(), pickle.duplicate(), pickled.crc());
    var read = PickleReader.read(pickle);
    var places = new HashMap<String, Place>();
    for (var entry : entries.values()) {
      if (entry.name().startsWith(folder + "data/")) {
        places.put(
            entry.name().substring((folder + "data/").length()), place(entry.requireStored()));
      }
    }
    return new PytorchArchive(
        "PyTorch file (zip, pickle protocol %d)".formatted(read.protocol()), read.value(), places);
  }

  private static String text(FileChannel channel, ZipIndex.Entry entry) throws IOException {
    return ISO_8859_1.decode(map(channel, place(entry), 100)).toString().strip();
  }

  private static Place place(ZipIndex.Entry entry) {
    return new Place(entry.begin(), entry.length(), entry.crc());
  }

  static PytorchArchive stream(FileChannel channel) throws IOException {
    long size = channel.size();
    var in = map(channel, new Place(0, Math.min(size, MAX_PICKLE), 0), MAX_PICKLE);
    if (!PickleReader.read(in).value().equals(MAGIC)) {
      throw new IOException("it is a pickle, but none that PyTorch wrote");
    }
    if (!PickleReader.read(in).value().equals(STREAM_VERSION)) {
      throw new IOException("its version is not %d".formatted(STREAM_VERSION));
    }
    if (!(PickleReader.read(in).value() instanceof Map<?, ?> system)
        || !Boolean.TRUE.equals(system.get("little_endian"))) {
      throw new IOException("its byte order is not little");
    }
    var root = PickleReader.read(in);
    if (!(PickleReader.read(in).value() instanceof List<?> keys)) {
      throw new IOException("its list of storages is none");
    }
    var places = places(channel, keys, storages(root.value()), in.position());
    return new PytorchArchive(
        "PyTorch file (stream of before 1.6, pickle protocol %d)".formatted(root.protocol()),
        root.value(),
        places);
  }

  /** One after another, each behind its length, in the order of the keys. */
  private static Map<String, Place> places(
      FileChannel channel, List<?> keys, Map<String, Storage> storages, long begin)
      throws IOException {
    var places = new HashMap<String, Place>();
    long at = begin;
    for (var key : keys) {
      var storage = key instanceof String name ? storages.get(name) : null;
      if (storage == null) {
        throw new IOException("it lists a storage that no tensor has");
      }
      long length = map(channel, new Place(at, 8, 0), 8).getLong();
      if (length != storage.length()) {
        throw new IOException(
            "storage %s has %d values, but its tensors say %d"
                .formatted(PickleGlobals.quoted(storage.key()), length, storage.length()));
      }
      var place = new Place(at + 8, StorageTypes.bytes(storage), 0);
      at = Math.addExact(place.begin(), place.length());
      if (at > channel.size() || places.put(storage.key(), place) != null) {
        throw new IOException(
            "storage %s ends at %d, but the file at %d; or it is there twice"
                .formatted(PickleGlobals.quoted(storage.key()), at, channel.size()));
      }
    }
    return places;
  }

  /** Of every tensor, an optimizer's too: their lengths tell where the next one begins. */
  private static Map<String, Storage> storages(Object root) throws IOException {
    var storages = new HashMap<String, Storage>();
    var seen = Collections.newSetFromMap(new IdentityHashMap<Object, Boolean>());
    var open = new ArrayDeque<Object>(List.of(root));
    while (!open.isEmpty()) {
      var value = open.pop();
      if (!seen.add(value)) {
        continue;
      }
      if (value instanceof Tensor tensor) {
        var storage = tensor.storage();
        var other = storages.putIfAbsent(storage.key(), storage);
        if (other != null && !other.equals(storage)) {
          throw new IOException(
              "storage %s has two lengths or types".formatted(PickleGlobals.quoted(storage.key())));
        }
      } else if (value instanceof Map<?, ?> map) {
        open.addAll(map.values());
      } else if (value instanceof List<?> list) {
        open.addAll(list);
      } else if (value instanceof Pickled.Inert inert) {
        open.addAll(inert.arguments());
        open.addAll(inert.attributes().values());
      }
    }
    return storages;
  }

  static ByteBuffer map(FileChannel channel, Place place, int limit) throws IOException {
    if (place.length() > limit || place.begin() + place.length() > channel.size()) {
      throw new IOException(
          "%d bytes at %d are more than %d or than the file has"
              .formatted(place.length(), place.begin(), limit));
    }
    return channel
        .map(FileChannel.MapMode.READ_ONLY, place.begin(), place.length())
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void checkCrc(String name, ByteBuffer bytes, int expected) throws IOException {
    var crc = new CRC32();
    crc.update(bytes);
    // PyTorch can be told not to compute it, and then writes 0.
    if (expected != 0 && (int) crc.getValue() != expected) {
      throw new IOException(
          "entry %s is damaged: its CRC is %08x, not %08x"
              .formatted(PickleGlobals.quoted(name), (int) crc.getValue(), expected));
    }
  }
}
