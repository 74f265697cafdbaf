def log = new File(basedir, 'build.log').text

// All files, all mistakes, in one run: what v2 has not, with what to use instead; names, bindings, cycles, files.
def expected = [
        "AML-2111  src/main/v1/pipeline.yml:9:13  step 'Notebook': DatabricksStep has no equivalent here; use a step of type 'spark'",
        "AML-2111  src/main/v1/pipeline.yml:12:13  step 'Lake': AdlaStep has no equivalent here",
        "AML-2201  src/main/v1/pipeline.yml:16:20  'frist.py' does not exist in the code folder 'scripts'. Did you mean 'first.py'?",
        "AML-2103  src/main/v1/pipeline.yml:18:7  unknown key 'runconfg'. Did you mean 'runconfig'?",
        "AML-2109  src/main/v1/pipeline.yml:32:19  step 'Second': the source 'firts'",
        "Did you mean 'first'?",
        "AML-2109  src/main/v1/pipeline.yml:36:19  step 'Second': 'input:inn' names no entry of 'inputs'. Did you mean 'in'?",
        "steps wait for each other's data: First -> Third -> First",
        "AML-2103  src/main/v1/step.runconfig:4:3  unknown key 'processCout'. Did you mean 'processCount'?"]
expected.each { line -> assert log.count(line) >= 2, line }
assert log.contains("AML-2111  src/main/v1/deployment.json:2:18  computeType AKSENDPOINT has no equivalent")
assert log.contains("src/main/v1/inference.json:1:48  the runtime spark-py has no equivalent")
assert log.contains("'none.yml' does not exist")

// Nothing was written.
assert !new File(basedir, 'src/main/aml').exists()
