import groovy.json.JsonSlurper

/** What distributions are known by: no process may have another one's. */
def families = ['MASTER_ADDR', 'MASTER_PORT', 'WORLD_SIZE', 'NODE_RANK', 'RANK', 'LOCAL_RANK', 'OMPI_COMM_WORLD_RANK',
        'OMPI_COMM_WORLD_SIZE', 'OMPI_COMM_WORLD_LOCAL_RANK', 'OMPI_COMM_WORLD_LOCAL_SIZE', 'AZ_BATCH_MASTER_NODE', 'TF_CONFIG']
def json = new JsonSlurper()
def log = new File(basedir, 'build.log').text
def nodes = (log =~ /(?m)node (\d+), process (\d+): (.*)$/).collect { [node: it[1], local: it[2], text: it[3]] }
assert nodes.size() == 12

/** What nobody can know beforehand, in the order of its mention; the rest must be as foretold, character by character. */
def unknown = ~/<address of node \d+>|<port>/

def check = { String kind, int count, Closure identity ->
    def foretold = json.parse(new File(basedir, "target/${kind}/aml/ranks.json")).outputs.processes
    def seen = new File(basedir, "target/${kind}/aml/outputs/seen").listFiles().collect { json.parse(it) }
    assert foretold.size() == 4
    assert seen.size() == 4
    def found = [:]
    foretold.eachWithIndex { variables, rank ->
        def same = seen.findAll { identity(it.environment) == identity(variables) }
        assert same.size() == 1: "${kind}: process ${rank} is ${same.size()} processes"
        def real = same[0].environment
        variables.each { name, value ->
            def holes = (value =~ unknown).collect { it as String }
            def pattern = value.split(unknown.pattern(), -1).collect { java.util.regex.Pattern.quote(it) }
            def expected = [pattern, holes.collect { it == '<port>' ? '(\\d{4,5})' : '([\\w.-]+)' } + ['']].transpose().flatten().join('')
            def matcher = real[name] =~ expected
            assert matcher.matches(): "${kind}: ${name} of process ${rank} is ${real[name]}, not ${value}"
            // One job, one address: what one process was told in this place, all were told.
            def values = holes.indices.collect { matcher.group(it + 1) }
            assert found.computeIfAbsent(name) { values } == values
        }
        assert real.keySet().intersect(families) == variables.keySet()
        def line = nodes.find { entry -> entry.text == variables.collect { name, value -> name + '=' + value }.join(' ') }
        assert line: "${kind}: process ${rank} is not in the log"
        assert real.AZUREML_CR_NODE_RANK == line.node
        assert real.AZUREML_NODE_COUNT == count as String
    }
    // Each node has a working directory, which its processes share.
    assert seen.groupBy { it.environment.AZUREML_CR_NODE_RANK }.size() == count
    assert seen.collect { [it.environment.AZUREML_CR_NODE_RANK, it.directory] }.unique().size() == count
    assert seen*.directory.unique().size() == count
    return seen*.environment
}

check('pytorch', 2) { it.RANK }
check('mpi', 2) { it.OMPI_COMM_WORLD_RANK }
def tensorFlow = check('tensorflow', 4) { json.parseText(it.TF_CONFIG).task }

// Every task of a TensorFlow cluster has an address of its own.
def cluster = json.parseText(tensorFlow[0].TF_CONFIG).cluster
assert (cluster.worker + cluster.ps).toSet().size() == 4
