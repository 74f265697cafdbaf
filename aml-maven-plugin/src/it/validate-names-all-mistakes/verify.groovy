def log = new File(basedir, 'build.log').text

// All files, all mistakes, one run; each with code, place and what is meant.
assert log.contains('AML-2107  src/main/aml/endpoint.yml:2:7')
assert log.contains("AML-2106  src/main/aml/endpoint.yml:3:12  'kay' is not one of 'aml_token', 'key', 'aad_token'. Did you mean 'key'?")
assert log.contains("AML-2103  src/main/aml/endpoint.yml:4:1  unknown key 'trafic'. Did you mean 'traffic'?")
assert log.contains("AML-2201  src/main/aml/pipeline.yml:7:11  '../python' does not exist")
assert log.contains("AML-2109  src/main/aml/pipeline.yml:9:19  the pipeline has no input 'row'. Did you mean 'raw'?")
assert log.contains('AML-2000  5 problems found')

// Nothing was started for it.
assert !new File(basedir, 'target/emulator').exists()
