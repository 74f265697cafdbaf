def log = new File(basedir, 'build.log').text
assert log.contains('AML-2201')
assert log.contains('src/main/python/score.py does not exist')
assert log.contains('-Daml.image.scoringScript')

// Nothing half-written: no archive, no image, and no emulator was started for it.
assert !new File(basedir, 'target/package-refuses-missing-score-1.zip').exists()
assert !new File(basedir, 'target/aml/image').exists()
assert !new File(basedir, 'target/emulator').exists()
