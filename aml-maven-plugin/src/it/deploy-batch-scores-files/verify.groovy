def log = new File(basedir, 'build.log').text

assert log.contains('Batch endpoint factors has deployment rows: endpoint factors created, deployment rows created, default rows')
assert log.contains('Batch endpoint factors has deployment rows (unchanged)')
assert log =~ /Job \S+ completed/

// What was scored lies in the emulator's storage.
def rows = []
new File(basedir, 'target/emulator').eachFileRecurse(groovy.io.FileType.FILES) { file ->
    if (file.length() < 1000 && file.text.contains('b.txt 15')) {
        rows << file.text.readLines().sort()
    }
}
assert rows.any { it == ['a.txt 6', 'b.txt 15'] }
assert log.contains('Deleted endpoint factors with rows')
