package io.github.amlmaven.emulator.storage;

/**
 * A run of a blob's bytes in one content file.
 *
 * @param file path under the content folder
 * @param length in bytes
 * @param blockId the block's base64 id, empty for a blob that was put in one request
 */
record Segment(String file, long length, String blockId) {}
