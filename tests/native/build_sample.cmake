# Installs the library to a folder of its own and builds the sample against that alone.
# Variables: BUILD (the library's build folder), SAMPLE (its sources), WORK (a folder to be made anew), GENERATOR, CXX.
file(REMOVE_RECURSE "${WORK}")
function(run)
    execute_process(COMMAND ${ARGV} RESULT_VARIABLE result)
    if(result)
        message(FATAL_ERROR "failed: ${ARGV}")
    endif()
endfunction()
run("${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${WORK}/prefix")
run("${CMAKE_COMMAND}" -S "${SAMPLE}" -B "${WORK}/build" -G "${GENERATOR}" "-DCMAKE_CXX_COMPILER=${CXX}"
    "-DCMAKE_PREFIX_PATH=${WORK}/prefix" -DCMAKE_BUILD_TYPE=Release)
run("${CMAKE_COMMAND}" --build "${WORK}/build")
