package io.github.amlmaven.emulator.store;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.StringDataType;

/** One map of bytes in the documents' file, so that one commit holds both. */
final class MvByteStore implements ByteStore {

    /** How the map is to be opened. */
    static final MVMap.Builder<String, byte[]> BUILDER =
            new MVMap.Builder<String, byte[]>().keyType(StringDataType.INSTANCE).valueType(ByteArrayDataType.INSTANCE);

    private final MvDocumentStore store;
    private final MVMap<String, byte[]> map;

    MvByteStore(MvDocumentStore store, MVMap<String, byte[]> map) {
        this.store = store;
        this.map = map;
    }

    @Override
    public Optional<byte[]> get(String name) {
        return store.reading(() -> Optional.ofNullable(map.get(name)));
    }

    @Override
    public boolean contains(String name) {
        return store.reading(() -> map.containsKey(name));
    }

    @Override
    public void put(String name, byte[] bytes) {
        store.change(() -> map.put(name, bytes));
    }

    @Override
    public void delete(Collection<String> names) {
        store.change(() -> names.forEach(map::remove));
    }

    @Override
    public List<String> names() {
        return store.reading(() -> List.copyOf(map.keySet()));
    }
}
